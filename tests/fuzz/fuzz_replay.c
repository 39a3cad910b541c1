/* fuzz_replay.c
 * The fuzz harnesses without a fuzzer: fixed inputs, so that every compiler runs them
 *
 *      fuzz_replay             run each harness over random inputs and changed seeds
 *      fuzz_replay FOLDER      write the seeds into folders FOLDER/classify, …/flow_text and …/payload, for libFuzzer
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#include "fuzz.h"

#include <signal.h>
#include <string.h>
#include <sys/stat.h>

#include "../unit/fixed_random.h"
#include "seeds.h"

#define INPUTS  200000  /* for each harness */
#define LONGEST 500

int impsvc_fuzz_classify(const uint8_t *data, size_t size);
int impsvc_fuzz_flow_text(const uint8_t *data, size_t size);
int impsvc_fuzz_payload(const uint8_t *data, size_t size);

static const struct {
    const char      *name;
    int            (*run)(const uint8_t *data, size_t size);
    const fuzz_seed *seeds;
    size_t           seed_count;
} harnesses[] = {
    { "classify",  impsvc_fuzz_classify,  classify_seeds,  sizeof classify_seeds / sizeof classify_seeds[0] },
    { "flow_text", impsvc_fuzz_flow_text, flow_text_seeds, sizeof flow_text_seeds / sizeof flow_text_seeds[0] },
    { "payload",   impsvc_fuzz_payload,   payload_seeds,   sizeof payload_seeds / sizeof payload_seeds[0] }
};
#define HARNESSES (sizeof harnesses / sizeof harnesses[0])

/* The input under test, for who has to find out what is wrong with it. */
static uint8_t current[LONGEST];
static size_t  current_length;

static void show_current(int signal_number)
{
    fprintf(stderr, "input of %zu bytes:", current_length);
    for (size_t i = 0; i < current_length; i++)
        fprintf(stderr, " %02x", current[i]);
    fprintf(stderr, "\n");
    signal(signal_number, SIG_DFL);
}

/* A copy of just its size lets the sanitizer see a byte too far. */
static void run_current(size_t harness)
{
    uint8_t *copy = (uint8_t *)malloc(current_length);

    must(copy != NULL || current_length == 0);
    if (current_length > 0)
        memcpy(copy, current, current_length);
    harnesses[harness].run(copy, current_length);
    free(copy);
}

static void make_random(fixed_random *random)
{
    current_length = random_below(random, random_below(random, 4) == 0 ? LONGEST : 40);
    for (size_t i = 0; i < current_length; i++)
        current[i] = (uint8_t)random_64(random);
}

static void use_seed(const fuzz_seed *seed)
{
    must(seed->length <= LONGEST);
    memcpy(current, seed->bytes, seed->length);
    current_length = seed->length;
}

/* One change: a byte, a bit, a cut, bytes taken out, or a piece of another seed put over. */
static void change(fixed_random *random, const fuzz_seed *other)
{
    size_t at = current_length == 0 ? 0 : random_below(random, current_length);
    size_t length = random_below(random, current_length - at + 1);

    if (current_length == 0)
        return;
    switch (random_below(random, 5)) {
    case 0:
        current[at] = (uint8_t)random_64(random);
        break;
    case 1:
        current[at] = (uint8_t)(current[at] ^ 1 << random_below(random, 8));
        break;
    case 2:
        current_length = at;
        break;
    case 3:
        memmove(current + at, current + at + length, current_length - at - length);
        current_length -= length;
        break;
    default:
        length = length < other->length ? length : other->length;
        memcpy(current + at, other->bytes + other->length - length, length);
    }
}

static void run(size_t harness)
{
    const fuzz_seed *seeds = harnesses[harness].seeds;
    size_t count = harnesses[harness].seed_count;
    fixed_random random = { 1 };

    for (size_t i = 0; i < count; i++)
        for (size_t cut = 0; cut <= seeds[i].length; cut++) {
            use_seed(&seeds[i]);
            current_length = cut;
            run_current(harness);
        }
    for (unsigned i = 0; i < INPUTS; i++) {
        if (i % 2 == 0) {
            make_random(&random);
        } else {
            use_seed(&seeds[random_below(&random, count)]);
            for (size_t changes = 1 + random_below(&random, 4); changes > 0; changes--)
                change(&random, &seeds[random_below(&random, count)]);
        }
        run_current(harness);
    }
    printf("%s: %zu seeds and %d inputs\n", harnesses[harness].name, count, INPUTS);
}

static int write_seeds(const char *folder)
{
    char path[4096];

    mkdir(folder, 0777);
    for (size_t i = 0; i < HARNESSES; i++) {
        snprintf(path, sizeof path, "%s/%s", folder, harnesses[i].name);
        mkdir(path, 0777);
        for (size_t j = 0; j < harnesses[i].seed_count; j++) {
            FILE *file;

            snprintf(path, sizeof path, "%s/%s/seed-%zu", folder, harnesses[i].name, j);
            file = fopen(path, "wb");
            if (file == NULL || fwrite(harnesses[i].seeds[j].bytes, 1, harnesses[i].seeds[j].length, file)
                                    != harnesses[i].seeds[j].length) {
                perror(path);
                return 1;
            }
            fclose(file);
        }
    }
    return 0;
}

int main(int count, char **arguments)
{
    if (count > 1)
        return write_seeds(arguments[1]);
    signal(SIGABRT, show_current);
    for (size_t i = 0; i < HARNESSES; i++)
        run(i);
    return 0;
}
