// Reset of a Cortex-M4F: memory, FPU, newlib's semihosting, main. A chip's own start file does the same.
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

extern uint32_t data_start, data_end, data_load, bss_start, bss_end, stack_top;

int main(void);
void initialise_monitor_handles(void);  // newlib's librdimon

static void reset(void) {
  *(volatile uint32_t *)0xE000ED88 |= 0xFU << 20;  // CPACR: coprocessors 10 and 11, the FPU
  __asm__ volatile("dsb\n isb");
  memcpy(&data_start, &data_load, (size_t)((uint8_t *)&data_end - (uint8_t *)&data_start));
  memset(&bss_start, 0, (size_t)((uint8_t *)&bss_end - (uint8_t *)&bss_start));
  initialise_monitor_handles();
  exit(main());
}

static void fault(void) { _Exit(101); }

__attribute__((section(".vectors"), used)) static const void *const vectors[16] = {
    &stack_top, (void *)reset, (void *)fault, (void *)fault, (void *)fault, (void *)fault, (void *)fault,
};
