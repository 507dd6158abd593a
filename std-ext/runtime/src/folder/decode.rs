//! Bytes of image and sound files as samples.

use std::error::Error;
use std::io::Cursor;

use hound::{SampleFormat, WavReader};
use png::Transformations;
use zune_jpeg::JpegDecoder;
use zune_jpeg::zune_core::bytestream::ZCursor;
use zune_jpeg::zune_core::colorspace::ColorSpace;
use zune_jpeg::zune_core::options::DecoderOptions;

use crate::pipeline::Sample;

/// A sample, unless the bytes are damaged.
type Decoded = Result<Sample, Box<dyn Error>>;

/// Reads the bytes of a file.
pub(super) type Decode = fn(&[u8]) -> Decoded;

/// Who reads files with this extension.
pub(super) fn decoder(extension: &str) -> Option<Decode> {
    match extension.to_ascii_lowercase().as_str() {
        "png" => Some(png),
        "jpg" | "jpeg" => Some(jpeg),
        "wav" => Some(wav),
        _ => None,
    }
}

/// One channel or three of 8 bits; how opaque a pixel is does not matter.
fn png(bytes: &[u8]) -> Decoded {
    let mut decoder = png::Decoder::new(Cursor::new(bytes));
    decoder.set_transformations(Transformations::normalize_to_color8());
    let mut reader = decoder.read_info()?;
    let mut pixels = vec![0; reader.output_buffer_size().ok_or("the image is too large")?];
    let frame = reader.next_frame(&mut pixels)?;
    pixels.truncate(frame.buffer_size());
    let all = frame.color_type.samples();
    let colors = if all > 2 { 3 } else { 1 };
    let pixels: Vec<u8> = pixels.chunks_exact(all).flat_map(|pixel| &pixel[..colors]).copied().collect();
    image(frame.width as usize, frame.height as usize, colors, &pixels)
}

/// One channel of 8 bits if the file has no colors, else three.
fn jpeg(bytes: &[u8]) -> Decoded {
    let mut decoder = JpegDecoder::new(ZCursor::new(bytes));
    decoder.decode_headers()?;
    let colors = match decoder.input_colorspace() {
        Some(ColorSpace::Luma) => ColorSpace::Luma,
        _ => ColorSpace::RGB,
    };
    // strict: a file that is cut short is an error
    let options = DecoderOptions::default().set_strict_mode(true).jpeg_set_out_colorspace(colors);
    let mut decoder = JpegDecoder::new_with_options(ZCursor::new(bytes), options);
    let pixels = decoder.decode()?;
    let info = decoder.info().ok_or("the image has no size")?;
    image(info.width.into(), info.height.into(), colors.num_components(), &pixels)
}

/// From 0 to 255.
fn image(width: usize, height: usize, channels: usize, pixels: &[u8]) -> Decoded {
    let numbers = pixels.iter().map(|x| (*x).into()).collect();
    Ok(Sample::image(width, height, channels, numbers).ok_or("the image has no pixels, or parts of them")?)
}

/// From -1 to 1, whatever the samples are stored in.
fn wav(bytes: &[u8]) -> Decoded {
    let mut reader = WavReader::new(bytes)?;
    let spec = reader.spec();
    let most = 2f32.powi(i32::from(spec.bits_per_sample) - 1);
    let numbers = match spec.sample_format {
        SampleFormat::Float => reader.samples::<f32>().collect::<Result<_, _>>()?,
        SampleFormat::Int => {
            reader.samples::<i32>().map(|x| Ok(x? as f32 / most)).collect::<Result<_, hound::Error>>()?
        }
    };
    let sample = Sample::sound(spec.sample_rate as usize, spec.channels.into(), numbers);
    Ok(sample.ok_or("the sound has no channels, over 64, or parts of samples")?)
}

#[cfg(test)]
mod tests {
    use hound::{WavSpec, WavWriter};
    use png::{BitDepth, ColorType, Encoder};

    use super::*;

    fn encoded(color: ColorType, depth: BitDepth, palette: &[u8], pixels: &[u8]) -> Vec<u8> {
        let mut bytes = Vec::new();
        let mut encoder = Encoder::new(&mut bytes, 2, 1);
        encoder.set_color(color);
        encoder.set_depth(depth);
        if !palette.is_empty() {
            encoder.set_palette(palette);
        }
        encoder.write_header().unwrap().write_image_data(pixels).unwrap();
        bytes
    }

    fn sounding(
        bits: u16,
        format: SampleFormat,
        of: impl Fn(&mut WavWriter<Cursor<&mut Vec<u8>>>),
    ) -> Sample {
        let mut bytes = Vec::new();
        let spec = WavSpec { channels: 1, sample_rate: 8000, bits_per_sample: bits, sample_format: format };
        let mut writer = WavWriter::new(Cursor::new(&mut bytes), spec).unwrap();
        of(&mut writer);
        writer.finalize().unwrap();
        wav(&bytes).unwrap()
    }

    /// An image of 8x8 whose channels are 192 everywhere: 128, and as the only coefficient 32 times 16, over 8.
    fn photo(channels: u8) -> Vec<u8> {
        let channel = |of: &dyn Fn(u8) -> Vec<u8>| (1..=channels).flat_map(of).collect::<Vec<_>>();
        // codes of one bit: 6 bits follow, and nothing more
        let code = |table: u8, symbol: u8| [&[0xff, 0xc4, 0, 20, table, 1][..], &[0; 15], &[symbol]].concat();
        [
            &[0xff, 0xd8, 0xff, 0xdb, 0, 67, 0][..],
            &[16; 64],
            &[0xff, 0xc0, 0, 8 + 3 * channels, 8, 0, 8, 0, 8, channels],
            &channel(&|id| vec![id, 0x11, 0]),
            &code(0x00, 6),
            &code(0x10, 0),
            &[0xff, 0xda, 0, 6 + 2 * channels, channels],
            &channel(&|id| vec![id, 0]),
            &[0, 63, 0],
            // a code, 32 in 6 bits, a code
            &channel(&|_| vec![0b0100_0000]),
            &[0xff, 0xd9],
        ]
        .concat()
    }

    #[test]
    fn photos_have_one_channel_or_three() {
        assert_eq!(jpeg(&photo(1)).unwrap(), Sample::image(8, 8, 1, vec![192.0; 64]).unwrap());
        let colors = [255.0, 124.0, 255.0].repeat(64);
        assert_eq!(jpeg(&photo(3)).unwrap(), Sample::image(8, 8, 3, colors).unwrap());
    }

    #[test]
    fn pixels_have_eight_bits_and_one_channel_or_three() {
        let is = |bytes: Vec<u8>, channels, numbers: &[f32]| {
            assert_eq!(png(&bytes).unwrap(), Sample::image(2, 1, channels, numbers.to_vec()).unwrap());
        };
        let (eight, sixteen) = (BitDepth::Eight, BitDepth::Sixteen);
        is(encoded(ColorType::Grayscale, eight, &[], &[7, 255]), 1, &[7.0, 255.0]);
        is(encoded(ColorType::Grayscale, BitDepth::One, &[], &[0b0100_0000]), 1, &[0.0, 255.0]);
        is(encoded(ColorType::Grayscale, sixteen, &[], &[7, 0, 255, 255]), 1, &[7.0, 255.0]);
        is(encoded(ColorType::GrayscaleAlpha, eight, &[], &[7, 0, 9, 255]), 1, &[7.0, 9.0]);
        is(
            encoded(ColorType::Rgba, eight, &[], &[1, 2, 3, 0, 4, 5, 6, 0]),
            3,
            &[1.0, 2.0, 3.0, 4.0, 5.0, 6.0],
        );
        let palette = [1, 2, 3, 4, 5, 6];
        is(encoded(ColorType::Indexed, eight, &palette, &[1, 0]), 3, &[4.0, 5.0, 6.0, 1.0, 2.0, 3.0]);
    }

    #[test]
    fn sounds_are_from_minus_one_to_one() {
        let is = |sample: Sample, numbers: &[f32]| {
            assert_eq!(sample, Sample::sound(8000, 1, numbers.to_vec()).unwrap());
        };
        is(sounding(16, SampleFormat::Int, |to| to.write_sample(-32768i16).unwrap()), &[-1.0]);
        is(sounding(8, SampleFormat::Int, |to| to.write_sample(64i8).unwrap()), &[0.5]);
        is(sounding(24, SampleFormat::Int, |to| to.write_sample(1 << 21).unwrap()), &[0.25]);
        is(sounding(32, SampleFormat::Float, |to| to.write_sample(0.125f32).unwrap()), &[0.125]);
        is(sounding(16, SampleFormat::Int, |_| ()), &[]);
    }

    #[test]
    fn damage_is_an_error() {
        let image = encoded(ColorType::Rgb, BitDepth::Eight, &[], &[1, 2, 3, 4, 5, 6]);
        for (decode, bytes) in [(png as Decode, image), (jpeg, photo(3))] {
            for cut in 0..bytes.len() - 15 {
                assert!(decode(&bytes[..cut]).is_err(), "{cut}");
            }
            for at in 0..bytes.len() {
                let mut damaged = bytes.clone();
                damaged[at] ^= 0xff;
                let _ = decode(&damaged);
            }
        }
        assert!(wav(b"RIFF").is_err() && wav(b"notes").is_err());
    }
}
