//! Images moved and turned. Planes lie behind one another, rows from the top.

/// Exchanges top and bottom of a plane.
pub(super) fn flip(plane: &mut [f32], width: usize) {
    let height = plane.len() / width;
    for row in 0..height / 2 {
        let (top, bottom) = plane.split_at_mut((height - 1 - row) * width);
        top[row * width..(row + 1) * width].swap_with_slice(&mut bottom[..width]);
    }
}

/// Moves all planes down and to the right; zeros come after.
pub(super) fn shift(numbers: &mut [f32], [height, width]: [usize; 2], [down, right]: [isize; 2]) {
    for plane in numbers.chunks_exact_mut(height * width) {
        let old = plane.to_vec();
        for (y, row) in plane.chunks_exact_mut(width).enumerate() {
            for (x, to) in row.iter_mut().enumerate() {
                *to = at(&old, [height, width], y as isize - down, x as isize - right);
            }
        }
    }
}

/// Turns all planes around their middle, linear between four pixels.
pub(super) fn rotate(numbers: &mut [f32], [height, width]: [usize; 2], degrees: f32) {
    let (sin, cos) = libm::sincosf(degrees.to_radians());
    let middle = [height, width].map(|size| (size as f32 - 1.0) / 2.0);
    for plane in numbers.chunks_exact_mut(height * width) {
        let old = plane.to_vec();
        for (y, row) in plane.chunks_exact_mut(width).enumerate() {
            for (x, to) in row.iter_mut().enumerate() {
                let (dy, dx) = (y as f32 - middle[0], x as f32 - middle[1]);
                let (y, x) = (middle[0] + cos * dy - sin * dx, middle[1] + sin * dy + cos * dx);
                let (top, left) = (y.floor(), x.floor());
                let pixel =
                    |dy: isize, dx: isize| at(&old, [height, width], top as isize + dy, left as isize + dx);
                let (down, right) = (y - top, x - left);
                let line = |dy| pixel(dy, 0) * (1.0 - right) + pixel(dy, 1) * right;
                *to = line(0) * (1.0 - down) + line(1) * down;
            }
        }
    }
}

/// A pixel, or 0 outside.
fn at(plane: &[f32], [height, width]: [usize; 2], y: isize, x: isize) -> f32 {
    match (usize::try_from(y), usize::try_from(x)) {
        (Ok(y), Ok(x)) if y < height && x < width => plane[y * width + x],
        _ => 0.0,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_quarter_turn_and_moves() {
        let mut image: Vec<f32> = (1..=9).map(|x| x as f32).collect();
        rotate(&mut image, [3, 3], 90.0);
        let near: Vec<f32> = image.iter().map(|x| x.round()).collect();
        assert!(
            near == [7.0, 4.0, 1.0, 8.0, 5.0, 2.0, 9.0, 6.0, 3.0]
                || near == [3.0, 6.0, 9.0, 2.0, 5.0, 8.0, 1.0, 4.0, 7.0]
        );
        let mut image = vec![1.0, 2.0, 3.0, 4.0, 5.0, 6.0];
        flip(&mut image, 2);
        assert_eq!(image, [5.0, 6.0, 3.0, 4.0, 1.0, 2.0]);
        shift(&mut image, [3, 2], [1, -1]);
        assert_eq!(image, [0.0, 0.0, 6.0, 0.0, 4.0, 0.0]);
    }
}
