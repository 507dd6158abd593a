// Runs the linked plan over the rows of input.bin and writes output.bin, by semihosting: raw int8 elements, row after row.
#include <stdio.h>
#include <string.h>

#include "midge.h"

// plan.S
extern const uint8_t plan[];
extern const uint8_t plan_end[];

// What the model works in: `midge plan FILE` says how much it needs.
static _Alignas(16) uint8_t arena[64 * 1024];

static midge_model model;

static int failed(const char *what, midge_status status) {
  printf("%s: %s (step %ld)\n", what, midge_message(status), (long)midge_step(status));
  return 1;
}

int main(void) {
  midge_status status = midge_load(&model, plan, (size_t)(plan_end - plan));
  if (status != MIDGE_OK) return failed("load", status);
  status = midge_start(&model, arena, sizeof arena);
  if (status != MIDGE_OK) return failed("start", status);

  midge_port input, output;
  status = midge_input(&model, 0, &input);
  if (status != MIDGE_OK) return failed("input", status);
  status = midge_output(&model, 0, &output);
  if (status != MIDGE_OK) return failed("output", status);
  if (input.kind != MIDGE_INT8 || output.kind != MIDGE_INT8) {
    puts("the model is not int8");
    return 1;
  }

  FILE *rows = fopen("input.bin", "rb");
  FILE *answers = fopen("output.bin", "wb");
  if (!rows || !answers) {
    puts("cannot open input.bin or output.bin");
    return 1;
  }
  int count = 0;
  while (fread(input.data, 1, input.len, rows) == input.len) {
    status = midge_run(&model);
    if (status != MIDGE_OK) return failed("run", status);
    if (fwrite(output.data, 1, output.len, answers) != output.len) return 1;
    count++;
  }
  printf("%d rows, %lu of %lu bytes of arena\n", count, (unsigned long)midge_arena_len(&model),
         (unsigned long)sizeof arena);
  return fclose(answers) != 0;
}
