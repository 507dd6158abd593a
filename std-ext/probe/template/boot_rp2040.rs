/// What the chip's ROM starts first: it makes the flash readable.
// SAFETY: memory.x puts this section where the ROM looks, and nothing else into it.
#[unsafe(link_section = ".boot2")]
#[used]
static BOOT: [u8; 256] = rp2040_boot2::BOOT_LOADER_W25Q080;
