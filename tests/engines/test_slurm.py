# tools/examples/collect-with-slurm with a Slurm of two nodes. What a task is for impsvc collect is not tested here: a stand-in takes
# its place.
#
# SPDX-License-Identifier: GPL-2.0-or-later

from places import SOURCE
from slurm import NODES
from started import wait_until

RECIPE = SOURCE / "tools/examples/collect-with-slurm"


def submit(slurm, stand_in):
    """Run the recipe; what it says."""
    # The tree may be closed to the user whom root's tests run Slurm as.
    recipe = stand_in.folder / RECIPE.name
    recipe.write_bytes(RECIPE.read_bytes())
    recipe.chmod(0o755)
    done = slurm.run(recipe, "--db", stand_in.db, stand_in.captures, env=slurm.environment(IMPSVC=str(stand_in.program), CHUNK="2"))
    assert done.returncode == 0, done.stderr
    return done.stdout + done.stderr


def begin(slurm, stand_in):
    """Tasks that take a while, one on each node."""
    stand_in.set_pace(0.6)
    submit(slurm, stand_in)
    wait_until(lambda: len(stand_in.started) >= 2, "work on both nodes")


def finish(slurm, stand_in):
    """Run the recipe once more, until all is done."""
    assert stand_in.done != stand_in.names
    stand_in.set_pace(0)
    assert "Submitted batch job" in submit(slurm, stand_in)
    wait_until(lambda: stand_in.done == stand_in.names, "the rest", slurm.folder / "slurmctld.log")
    assert "nothing is left to do" in submit(slurm, stand_in)


def test_both_nodes_work_and_a_second_run_submits_nothing(slurm, stand_in):
    assert submit(slurm, stand_in) == "Submitted batch job 1\n"
    assert len(slurm.jobs()) == 4
    slurm.wait()
    assert sorted(name for _, name in stand_in.log) == stand_in.names
    assert {node for node, _ in stand_in.log} == {"w1", "w2"}
    assert submit(slurm, stand_in) == "collect-with-slurm: nothing is left to do\n"
    assert slurm.jobs() == []


def test_tasks_that_were_killed_are_submitted_again(slurm, stand_in):
    begin(slurm, stand_in)
    slurm.kill_tasks("w1")
    stand_in.set_pace(0)
    slurm.wait()
    finish(slurm, stand_in)


def test_the_tasks_of_a_dead_node_go_to_the_other_one(slurm, stand_in):
    begin(slurm, stand_in)
    slurm.crash("w1")
    finish(slurm, stand_in)
    assert {node for node, _ in stand_in.log[-2:]} == {"w2"}


def test_nobody_else_reaches_it(slurm):
    """It believes what a client says about its user."""
    assert slurm.listens_on() == {"0100007F"}


def test_a_dead_node_works_again_when_it_is_back(slurm):
    slurm.crash("w1")
    slurm.start("w1")
    slurm.wait_for_nodes("w1")
    slurm.submit(f"echo $SLURMD_NODENAME >>{slurm.folder}/out", None, "--nodelist=w1")
    slurm.wait()
    assert (slurm.folder / "out").read_text(encoding="utf-8") == "w1\n"


def test_what_a_dead_controller_forgets_is_submitted_again(slurm, stand_in):
    """Tasks go on without it. One that still runs when it is back would be begun a second time, fail, and have its node drained."""
    begin(slurm, stand_in)
    slurm.crash("slurmctld")
    wait_until(lambda: not any(map(slurm.tasks, NODES)), "the end of the tasks that had begun")
    assert 2 <= len(stand_in.done) <= 4
    slurm.start("slurmctld")
    finish(slurm, stand_in)
