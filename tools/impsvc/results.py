# The results of a path: how the plugin calls them in each language, and which go together in a report.
#
# SPDX-License-Identifier: GPL-2.0-or-later

from typing import NamedTuple


class Result(NamedTuple):
    key: str            # in file names, classes and anchors
    english: str        # as the plugin says it
    japanese: str
    meaning: tuple      # a sentence, in both languages


# The worst first, as the plugin sorts paths (plugin/flows/flow_paths.c).
RESULTS = [
    Result("rejected", "rejected", "経路上で拒否", ("somebody on the way says no", "途中の装置が拒否")),
    Result("no-answer", "no answer", "応答なし", ("nothing came back: dropped, or the host is down", "何も戻らない: 破棄、またはホスト停止")),
    Result("lost", "lost", "途中で喪失", ("was open, then its data stayed unacknowledged", "通過していたが、途中からデータが届かない")),
    Result("refused", "refused", "拒否", ("the listener itself says no", "待ち受け側が拒否")),
    Result("exposed", "exposed", "公開", ("open, but should not be", "開いていてはならない")),     # as the report calls it, not the check
    Result("one-way", "one way", "片方向のみ", ("only one direction is in the capture", "片方向だけがキャプチャにある")),
    Result("undecided", "undecided", "判定不能", ("the capture shows too little of it", "キャプチャの情報が不足")),
    Result("open", "open", "通過", ("the listener answered", "待ち受け側が応答")),
    Result("sent", "sent", "送信のみ", ("sent, and no answer is due", "送信のみで、応答はないのが普通")),
    Result("not-seen", "not seen", "未検出", ("planned, but not in the capture", "計画にあるが、キャプチャにない"))]
OF_WORD = {word: result for result in RESULTS for word in (result.english, result.japanese)}
RANK = {result.key: rank for rank, result in enumerate(RESULTS)}


def key_of(word):
    """Of the plugin's word for a result; a word that is new here is nothing that anybody has judged."""
    return OF_WORD[word].key if word in OF_WORD else "undecided"


def worst(keys):
    return min(keys, key=RANK.__getitem__)
