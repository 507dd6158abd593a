//! A camera's frame as a model's input.

/// A grey picture, a byte for each place, line by line.
#[derive(Clone, Copy, Debug)]
pub struct Picture<'a> {
    bytes: &'a [u8],
    width: usize,
    /// What is looked at.
    cut: Cut,
}

/// A part of a picture.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Cut {
    /// Its first column and line.
    pub at: [usize; 2],
    /// Its width and height.
    pub size: [usize; 2],
}

/// The bytes of an int8 input for grey values from 0 to 255, which are `real` times as much.
#[derive(Clone, Debug)]
pub struct Greys([i8; 256]);

impl Greys {
    /// For an input with this scale and zero point. `real` is 1/255 for a model that takes grey values from 0 to 1.
    pub fn new(real: f32, scale: f32, zero: i32) -> Self {
        Greys(core::array::from_fn(|grey| crate::byte(grey as f32 * real, scale, zero)))
    }
}

impl<'a> Picture<'a> {
    /// A whole picture; none if it has another number of bytes, or none at all.
    pub fn new(bytes: &'a [u8], width: usize) -> Option<Self> {
        let height = bytes.len().checked_div(width)?;
        let whole = Cut { at: [0, 0], size: [width, height] };
        (height > 0 && width * height == bytes.len()).then_some(Picture { bytes, width, cut: whole })
    }

    /// A part of it; none if it reaches beyond, or is nothing.
    pub fn cut(self, cut: Cut) -> Option<Self> {
        let Cut { at, size } = self.cut;
        let fits = |axis: usize| {
            cut.size[axis] > 0
                && cut.at[axis].checked_add(cut.size[axis]).is_some_and(|end| end <= size[axis])
        };
        let at = [at[0] + cut.at[0], at[1] + cut.at[1]];
        (fits(0) && fits(1)).then_some(Picture { cut: Cut { at, ..cut }, ..self })
    }

    /// The greatest square in its middle.
    pub fn square(self) -> Self {
        let [width, height] = self.cut.size;
        let side = width.min(height);
        let at = [self.cut.at[0] + (width - side) / 2, self.cut.at[1] + (height - side) / 2];
        Picture { cut: Cut { at, size: [side, side] }, ..self }
    }

    /// Writes it as an int8 input `[height, width]` of another size, as the step `resize` of the desktop does: each place is a
    /// mean by triangles, linear between neighbours when there become more, over all that it covers when there become fewer;
    /// to the nearest grey.
    pub fn fill(&self, input: &mut [i8], width: usize, greys: &Greys) {
        let height = input.len().checked_div(width).unwrap_or(0);
        for (y, line) in input.chunks_exact_mut(width.max(1)).enumerate() {
            for (x, to) in line.iter_mut().enumerate() {
                let grey = self.mean(
                    Triangle::of(x, self.cut.size[0], width),
                    Triangle::of(y, self.cut.size[1], height),
                );
                *to = greys.0.get(grey).copied().unwrap_or_default();
            }
        }
    }

    /// The mean grey below two triangles.
    fn mean(&self, columns: Triangle, lines: Triangle) -> usize {
        let (mut sum, mut all) = (0, 0);
        for (y, weight) in lines.weights() {
            let start = (self.cut.at[1] + y) * self.width + self.cut.at[0];
            for (x, other) in columns.weights() {
                let weight = weight * other;
                sum += weight * u64::from(self.bytes.get(start + x).copied().unwrap_or_default());
                all += weight;
            }
        }
        ((2 * sum + all) / (2 * all).max(1)) as usize
    }
}

/// How much old places count for a new one: less with each step from its centre. In units of which a place has `2 to`.
#[derive(Clone, Copy)]
struct Triangle {
    centre: i64,
    reach: i64,
    unit: i64,
    from: i64,
}

impl Triangle {
    fn of(at: usize, from: usize, to: usize) -> Self {
        let [at, from, to] = [at, from, to].map(|n| n as i64);
        Triangle { centre: (2 * at + 1) * from - to, reach: 2 * from.max(to), unit: 2 * to, from }
    }

    /// Places and what they count.
    fn weights(self) -> impl Iterator<Item = (usize, u64)> {
        let first = (self.centre - self.reach).div_euclid(self.unit).max(0);
        let last = ((self.centre + self.reach) / self.unit + 1).min(self.from - 1);
        (first..=last).filter_map(move |old| {
            let weight = self.reach - (old * self.unit - self.centre).abs();
            (weight > 0).then_some((old as usize, weight as u64))
        })
    }
}
