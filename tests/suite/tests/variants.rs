//! A short, fixed run of what the fuzzer `variants` does for hours.

use midge_core::{Kernels, ops};
use midge_suite::noise::Noise;
use midge_suite::variants::variants;

/// Layers with more than one plan, or the first whose plans differ.
fn compare(kernels: Kernels<'_>) -> Result<usize, String> {
    let (mut noise, mut compared) = (Noise(0x5eed), 0);
    for round in 0..400 {
        let mut bytes = vec![0; 4000];
        noise.fill(&mut bytes);
        // those are all of one kind; the geometry needs any
        bytes[..40].iter_mut().for_each(|byte| *byte = noise.word() as u8);
        let plans = variants(&bytes, kernels).map_err(|wrong| format!("round {round}: {wrong}"))?;
        compared += usize::from(plans > 1);
    }
    Ok(compared)
}

#[test]
fn layers_of_any_geometry_are_the_same_however_packed() {
    let compared = compare(Kernels::ALL);
    assert!(compared.as_ref().is_ok_and(|layers| *layers > 100), "{compared:?}");
}

#[test]
fn a_variant_that_does_nothing_is_found() {
    for code in [
        ops::CONV_2D_PAIRS,
        ops::CONV_2D_HALFWORDS,
        ops::CONV_2D_NESTED,
        ops::CONV_2D_POLYNOMIAL,
        ops::CONV_2D_FOURS,
        ops::CONV_2D_TWOS,
        ops::CONV_2D_PLACES,
        ops::CONV_2D_LANES,
        ops::CONV_2D_PACKED,
        ops::CONV_2D_PIXELS,
        ops::CONV_2D_SEEN,
        ops::DEPTHWISE_CONV_2D_QUADS,
        ops::DEPTHWISE_CONV_2D_PLANES,
        ops::DEPTHWISE_CONV_2D_PLANES_5,
        ops::DEPTHWISE_CONV_2D_FEW,
        ops::DEPTHWISE_CONV_2D_WINDOWS,
        ops::FULLY_CONNECTED_PAIRS,
        ops::FULLY_CONNECTED_HALFWORDS,
        ops::FULLY_CONNECTED_NESTED,
        ops::FULLY_CONNECTED_LANES,
        ops::FULLY_CONNECTED_PACKED,
        ops::FULLY_CONNECTED_PACKED_BYTES,
        ops::DEPTHWISE_CONV_2D_CHANNELS,
        ops::DEPTHWISE_CONV_2D_HALVES,
    ] {
        let mut idle = Kernels::ALL.0.to_vec();
        idle.iter_mut().filter(|kernel| kernel.code == code).for_each(|kernel| kernel.eval = |_, _| Ok(()));
        let said = compare(Kernels(&idle)).unwrap_err();
        assert!(said.contains("differs, packed for"), "{said}");
    }
}
