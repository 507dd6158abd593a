// The model in flash. PLAN is the .midge file's path in quotes, given to the compiler.
        .section .rodata.plan, "a"
        .balign 16
        .global plan, plan_end
plan:
        .incbin PLAN
plan_end:
