/// What the chip's ROM looks for: an image for its Arm cores ("RP2350 Datasheet", minimum Arm IMAGE_DEF).
// SAFETY: memory.x puts this section behind the vector table, and nothing else into it.
#[unsafe(link_section = ".start_block")]
#[used]
static BOOT: [u32; 5] = [0xffff_ded3, 0x1021_0142, 0x0000_01ff, 0, 0xab12_3579];
