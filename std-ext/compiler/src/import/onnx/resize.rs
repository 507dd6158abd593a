//! RESIZE of an ONNX file. Every way of scaling is, along each axis, a matrix of constants; the ways that the device
//! has kernels for are told apart from the others.

use super::call::Call;
use super::{Made, damaged, refuse};
use crate::graph::{Op, Resize, Type, ValueId};

/// How an axis is scaled.
#[derive(Clone, Debug)]
struct Axis {
    from: usize,
    to: usize,
    scale: f64,
    /// Which part is shown, from 0 to 1.
    part: [f64; 2],
}

/// What pixels are made of.
#[derive(Clone, Debug)]
struct Way {
    method: String,
    coordinates: String,
    nearest: String,
    cubic: f64,
    outside: bool,
    smooth: bool,
    extrapolation: f64,
}

impl Call<'_, '_> {
    pub(super) fn resize(&mut self) -> Made {
        let mut x = self.input(0)?;
        let shape = self.shape(x);
        let old = self.node.op_type() == "Upsample" || self.opset() < 11;
        let way = Way {
            method: self.text("mode", "nearest"),
            coordinates: self
                .text("coordinate_transformation_mode", if old { "asymmetric" } else { "half_pixel" }),
            nearest: self.text("nearest_mode", if old { "floor" } else { "round_prefer_floor" }),
            cubic: self.float("cubic_coeff_a", -0.75).into(),
            outside: self.flag("exclude_outside"),
            smooth: self.flag("antialias"),
            extrapolation: self.float("extrapolation_value", 0.0).into(),
        };
        if shape.contains(&0) {
            return refuse("scales an image without pixels");
        }
        let axes = self.scales(&shape, old)?;
        if let Some(y) = self.known_way(x, &axes, &way)? {
            return Ok(vec![y]);
        }
        for (axis, how) in axes.iter().enumerate().filter(|(_, how)| !how.stays()) {
            if how.from.saturating_mul(how.to) > 1 << 22 || how.scale < 1e-4 {
                return refuse(format!("makes {} pixels of {}", how.to, how.from));
            }
            let matrix = how.matrix(&way)?;
            let picks: Option<Vec<usize>> = matrix.iter().map(|row| one_hot(row)).collect();
            x = match picks {
                Some(places) => self.pick(x, axis, &places)?,
                None if self.store(x) != Type::F32 => return refuse(format!("blends {}", self.store(x))),
                None => self.blend(x, axis, &matrix, how.from)?,
            };
        }
        if way.coordinates == "tf_crop_and_resize" {
            x = self.extrapolated(x, &axes, &way)?;
        }
        Ok(vec![x])
    }

    /// How each axis is scaled, by sizes or by scales.
    fn scales(&mut self, shape: &[usize], old: bool) -> Made<Vec<Axis>> {
        let places: Vec<usize> = match self.ints("axes") {
            Some(axes) => axes.iter().map(|axis| self.axis(*axis, shape.len())).collect::<Made<_>>()?,
            None => (0..shape.len()).collect(),
        };
        let crops = self.text("coordinate_transformation_mode", "") == "tf_crop_and_resize";
        let roi = if crops { self.reals(1, "part")? } else { None };
        let scales = match self.attribute("scales") {
            Some(attribute) => Some(attribute.floats.clone()),
            None => {
                let given = self.maybe(if old { 1 } else { 2 });
                let given = given.filter(|id| self.graph.value(*id).elements() > 0);
                match given {
                    Some(_) => self.reals(if old { 1 } else { 2 }, "scales")?,
                    None => None,
                }
            }
        };
        let sizes = self.numbers(3, "sizes")?;
        let mut axes: Vec<Axis> =
            shape.iter().map(|n| Axis { from: *n, to: *n, scale: 1.0, part: [0.0, 1.0] }).collect();
        let wrong = || damaged("its sizes", "they are not as many as its axes");
        let mut ratios: Vec<f64> = match (&scales, &sizes) {
            (Some(scales), _) => scales.iter().map(|scale| f64::from(*scale)).collect(),
            (None, Some(sizes)) => {
                sizes.iter().zip(&places).map(|(n, axis)| *n as f64 / shape[*axis] as f64).collect()
            }
            (None, None) => return refuse("has neither scales nor sizes"),
        };
        if ratios.len() != places.len() || !ratios.iter().all(|ratio| *ratio > 0.0) {
            return Err(wrong().into());
        }
        let policy = self.text("keep_aspect_ratio_policy", "stretch");
        let keeps = scales.is_none() && policy != "stretch";
        if keeps {
            let pick = if policy == "not_larger" { f64::min } else { f64::max };
            let ratio = ratios.iter().copied().fold(ratios[0], pick);
            ratios.fill(ratio);
        }
        for (i, axis) in places.iter().enumerate() {
            let from = shape[*axis];
            let made = match &sizes {
                Some(sizes) if scales.is_none() && !keeps => sizes[i] as f64,
                _ if keeps => (from as f64 * ratios[i]).round(),
                _ => (from as f64 * ratios[i] + 1e-9).floor(),
            };
            if !(1.0..=f64::from(1 << 20)).contains(&made) {
                return Err(wrong().into());
            }
            let part = match &roi {
                Some(roi) => {
                    let (Some(begin), Some(end)) = (roi.get(i), roi.get(i + places.len())) else {
                        return Err(wrong().into());
                    };
                    [f64::from(*begin), f64::from(*end)]
                }
                None => [0.0, 1.0],
            };
            axes[*axis] = Axis { from, to: made as usize, scale: ratios[i], part };
        }
        Ok(axes)
    }

    /// Images that a kernel scales just so.
    fn known_way(&mut self, x: ValueId, axes: &[Axis], way: &Way) -> Made<Option<ValueId>> {
        let [n, c, h, w] = axes else { return Ok(None) };
        let still = |axis: &Axis| axis.from == axis.to;
        let exact = |axis: &Axis| (axis.from as f64 * axis.scale - axis.to as f64).abs() < 1e-6;
        if ![n, c].into_iter().all(still) || ![h, w].into_iter().all(exact) || still(h) && still(w) {
            return Ok(None);
        }
        let (method, align_corners, half_pixel) = match (way.method.as_str(), way.coordinates.as_str()) {
            ("linear" | "bilinear", "half_pixel") => (Resize::Bilinear, false, true),
            ("linear" | "bilinear", "align_corners") => (Resize::Bilinear, true, false),
            ("linear" | "bilinear", "asymmetric") => (Resize::Bilinear, false, false),
            ("nearest", "asymmetric") if way.nearest == "floor" => (Resize::Nearest, false, false),
            _ => return Ok(None),
        };
        if way.smooth || way.outside || self.store(x) != Type::F32 {
            return Ok(None);
        }
        let (given, op) = ([n.to, h.to, w.to, c.to], Op::Resize { method, align_corners, half_pixel });
        let image = self.transpose(x, &[0, 2, 3, 1])?;
        let y = self.shaped(op, &[image], &given)?;
        Ok(Some(self.transpose(y, &[0, 3, 1, 2])?))
    }

    /// An axis times a matrix of constants.
    fn blend(&mut self, x: ValueId, axis: usize, matrix: &[Vec<f64>], from: usize) -> Made<ValueId> {
        let weights: Vec<f32> = matrix.iter().flatten().map(|x| *x as f32).collect();
        let filter = self.floats(&[matrix.len(), from], &weights);
        let last = self.rank(x) - 1;
        let mut order: Vec<usize> = (0..=last).collect();
        order.swap(axis, last);
        let x = self.transpose(x, &order)?;
        let y = self.dense(x, filter, None)?;
        self.transpose(y, &order)
    }

    /// What lies outside of the image gets a number of its own.
    fn extrapolated(&mut self, x: ValueId, axes: &[Axis], way: &Way) -> Made<ValueId> {
        let mut y = x;
        for (at, how) in axes.iter().enumerate() {
            let outside: Vec<u8> = (0..how.to)
                .map(|i| u8::from(!(0.0..=how.from as f64 - 1.0).contains(&how.place(i, way))))
                .collect();
            if outside.contains(&1) {
                let mut shape = vec![1; axes.len()];
                shape[at] = how.to;
                let mask = self.constant(Type::Bool, &shape, outside);
                let number = self.like(y, way.extrapolation)?;
                y = self.select(mask, number, y)?;
            }
        }
        Ok(y)
    }
}

impl Axis {
    /// Whether nothing is scaled.
    fn stays(&self) -> bool {
        self.from == self.to && self.scale == 1.0 && self.part == [0.0, 1.0]
    }

    /// Where in the input output `i` lies.
    fn place(&self, i: usize, way: &Way) -> f64 {
        let (x, n) = (i as f64, self.from as f64);
        let made = self.scale * n;
        match way.coordinates.as_str() {
            "align_corners" if made == 1.0 => 0.0,
            "align_corners" => x * (n - 1.0) / (made - 1.0),
            "asymmetric" => x / self.scale,
            "tf_crop_and_resize" => {
                let [begin, end] = self.part;
                let span = (end - begin) * (n - 1.0);
                begin * (n - 1.0) + if made == 1.0 { span / 2.0 } else { x * span / (made - 1.0) }
            }
            "pytorch_half_pixel" if made == 1.0 => -0.5,
            "half_pixel_symmetric" => {
                let adjustment = self.to as f64 / made;
                n / 2.0 * (1.0 - adjustment) + (x + 0.5) / self.scale - 0.5
            }
            _ => (x + 0.5) / self.scale - 0.5,
        }
    }

    /// For each output, the weight of each input.
    fn matrix(&self, way: &Way) -> Made<Vec<Vec<f64>>> {
        (0..self.to).map(|i| self.row(self.place(i, way), way)).collect()
    }

    fn row(&self, at: f64, way: &Way) -> Made<Vec<f64>> {
        let mut row = vec![0.0; self.from];
        let last = self.from as i64 - 1;
        let shrink = if way.smooth { self.scale.min(1.0) } else { 1.0 };
        let (reach, kernel): (f64, &dyn Fn(f64) -> f64) = match way.method.as_str() {
            "nearest" => {
                let place = match way.nearest.as_str() {
                    "floor" => at.floor(),
                    "ceil" => at.ceil(),
                    "round_prefer_ceil" => (at + 0.5).floor(),
                    _ => (at - 0.5).ceil(),
                };
                row[(place as i64).clamp(0, last) as usize] = 1.0;
                return Ok(row);
            }
            "linear" | "bilinear" => (1.0, &|x: f64| (1.0 - x.abs()).max(0.0)),
            "cubic" => (2.0, &|x: f64| cubic(x.abs(), way.cubic)),
            other => return refuse(format!("scales by {other}")),
        };
        let (begin, end) = ((at - reach / shrink).floor() as i64, (at + reach / shrink).ceil() as i64);
        let mut sum = 0.0;
        for place in begin..=end {
            let weight = kernel((place as f64 - at) * shrink);
            if way.outside && !(0..=last).contains(&place) {
                continue;
            }
            sum += weight;
            row[place.clamp(0, last) as usize] += weight;
        }
        Ok(row.into_iter().map(|weight| weight / sum).collect())
    }
}

/// Keys' cubic kernel ("Cubic convolution interpolation for digital image processing", 1981).
fn cubic(x: f64, a: f64) -> f64 {
    if x <= 1.0 {
        ((a + 2.0) * x - (a + 3.0)) * x * x + 1.0
    } else if x < 2.0 {
        ((a * x - 5.0 * a) * x + 8.0 * a) * x - 4.0 * a
    } else {
        0.0
    }
}

/// The place of the only 1 among zeros.
fn one_hot(row: &[f64]) -> Option<usize> {
    let at = row.iter().position(|x| *x != 0.0)?;
    (row[at] == 1.0 && row[at + 1..].iter().all(|x| *x == 0.0)).then_some(at)
}
