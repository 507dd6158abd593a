//! A device's operations as ONNX's operators.

use midge_compiler::export::Attribute;
use midge_compiler::export::Attribute::{Float, Int, Ints};

use super::build::{Build, Whole};
use crate::device::{Binary, Expr, Instr, Op, Pool, Reduce, Window};
use crate::{Result, Shape, Tensor};

/// The set of operators that has attention.
const OPSET_OF_ATTENTION: i64 = 23;

fn moves(window: Window) -> Vec<Attribute> {
    let Window { size, stride, padding: [[top, bottom], [left, right]], dilation } = window;
    let list = |sizes: &[usize]| sizes.iter().map(|&size| size as i64).collect();
    vec![
        Ints("kernel_shape", list(&size)),
        Ints("strides", list(&stride)),
        Ints("dilations", list(&dilation)),
        Ints("pads", list(&[top, left, bottom, right])),
    ]
}

impl Build<'_> {
    /// What an operation makes in its first write.
    pub(super) fn op(&mut self, op: &Op, reads: &[Tensor], to: &Tensor) -> Result<Whole> {
        match (op, reads) {
            (Op::Map(expr), _) => self.map(expr, reads, to),
            (Op::MatMul, [a, b, bias @ ..]) => self.matmul(a, b, bias.first(), to),
            (Op::Conv { window, groups }, reads) => {
                let names = reads.iter().map(|read| self.exact(read)).collect::<Result<Vec<_>>>()?;
                let names: Vec<&str> = names.iter().map(String::as_str).collect();
                let mut attributes = moves(*window);
                attributes.push(Int("group", *groups as i64));
                Ok(made(self.node("Conv", &names, &attributes), to.shape()))
            }
            (Op::Pool { pool, window }, [x]) => self.pool(*pool, *window, x, to),
            (Op::Reduce(how), [x]) => {
                let name = match how {
                    Reduce::Sum => "ReduceSum",
                    Reduce::Max => "ReduceMax",
                    Reduce::Min => "ReduceMin",
                };
                self.reduce(name, x, to, *how == Reduce::Sum)
            }
            (Op::ArgMax, [x]) => {
                let name = self.exact(x)?;
                let attributes = [Int("axis", 1), Int("keepdims", 0)];
                Ok(made(self.node("ArgMax", &[&name], &attributes), to.shape()))
            }
            (Op::Take, [x, indices]) => self.take(x, indices, to),
            (Op::Gather, [x, indices]) => {
                let (x, indices) = (self.exact(x)?, self.exact(indices)?);
                Ok(made(self.node("GatherElements", &[&x, &indices], &[Int("axis", 1)]), to.shape()))
            }
            (Op::Softmax { log }, [x]) => {
                let x = self.rows(x)?;
                let name = if *log { "LogSoftmax" } else { "Softmax" };
                Ok(Whole { name: self.node(name, &[&x.name], &[Int("axis", -1)]), ..x })
            }
            (Op::Normalize { epsilon }, [x]) => self.normalize(*epsilon, x),
            (Op::Attention { heads, causal }, [x]) => {
                let x = self.exact(x)?;
                let parts = self.nodes("Split", &[&x], &[Int("axis", 2), Int("num_outputs", 3)], 3);
                let parts: Vec<&str> = parts.iter().map(String::as_str).collect();
                let heads = *heads as i64;
                let attributes = [
                    Int("q_num_heads", heads),
                    Int("kv_num_heads", heads),
                    Int("is_causal", i64::from(*causal)),
                ];
                self.file.need(OPSET_OF_ATTENTION);
                Ok(made(self.node("Attention", &parts, &attributes), to.shape()))
            }
            _ => Err(self.refuse(op.name(), "a model has no such operation")),
        }
    }

    /// All of a buffer in the shape in which it was made, or else these elements as they are seen here.
    fn flexible(&mut self, x: &Tensor, suits: impl Fn(&[usize]) -> bool) -> Result<Whole> {
        match self.entire(x)?.filter(|whole| suits(&whole.shape)) {
            Some(whole) => Ok(whole),
            None => Ok(Whole { name: self.exact(x)?, shape: x.shape().to_vec() }),
        }
    }

    /// [`Build::flexible`] with the same last axis.
    fn rows(&mut self, x: &Tensor) -> Result<Whole> {
        self.flexible(x, |shape| shape.last() == Some(&x.shape().last(0)))
    }

    fn map(&mut self, expr: &Expr, reads: &[Tensor], to: &Tensor) -> Result<Whole> {
        if let ([x], [Instr::Input(_), Instr::Const(c), Instr::Binary(Binary::Mul, 0, 1)]) =
            (reads, expr.instrs())
            && let Some(whole) = self.mean(x, *c)?
        {
            return Ok(whole);
        }
        // Where all are whole buffers of one shape, it may be another than that in which the network sees them.
        let wholes = reads.iter().map(|read| self.entire(read)).collect::<Result<Option<Vec<_>>>>()?;
        if let Some([first, others @ ..]) = wholes.as_deref()
            && others.iter().all(|other| other.shape == first.shape)
        {
            let names: Vec<String> = wholes.iter().flatten().map(|whole| whole.name.clone()).collect();
            return Ok(Whole { name: self.expr(expr, &names), shape: first.shape.clone() });
        }
        let names = reads.iter().map(|read| self.seen(read)).collect::<Result<Vec<_>>>()?;
        let name = self.expr(expr, &names);
        let repeats = |axis: usize| reads.iter().all(|read| read.layout().strides[axis] == 0);
        let grows = (0..to.rank()).any(|axis| to.shape()[axis] > 1 && repeats(axis));
        let name = if grows { self.expanded(&name, to.shape()) } else { name };
        Ok(made(name, to.shape()))
    }

    fn matmul(&mut self, a: &Tensor, b: &Tensor, bias: Option<&Tensor>, to: &Tensor) -> Result<Whole> {
        if b.rank() != 2 || self.is_traced(b) {
            let (a, b) = (self.exact(a)?, self.exact(b)?);
            let name = self.node("MatMul", &[&a, &b], &[]);
            return self.plus(name, bias, to.shape());
        }
        let x = self.rows(a)?;
        let mut shape = x.shape;
        if let [_, columns] = &mut shape[..] {
            *columns = to.shape().last(0);
            let mut names = vec![x.name, self.exact(&b.transpose(0, 1)?)?];
            names.extend(bias.map(|bias| self.exact(bias)).transpose()?);
            let names: Vec<&str> = names.iter().map(String::as_str).collect();
            return Ok(Whole { name: self.node("Gemm", &names, &[Int("transB", 1)]), shape });
        }
        if let Some(columns) = shape.last_mut() {
            *columns = to.shape().last(0);
        }
        let b = self.exact(b)?;
        let name = self.node("MatMul", &[&x.name, &b], &[]);
        self.plus(name, bias, &shape)
    }

    fn plus(&mut self, name: String, bias: Option<&Tensor>, shape: &[usize]) -> Result<Whole> {
        let Some(bias) = bias else { return Ok(Whole { name, shape: shape.to_vec() }) };
        let bias = self.exact(bias)?;
        Ok(Whole { name: self.node("Add", &[&name, &bias], &[]), shape: shape.to_vec() })
    }

    /// Images may lie in any number of axes in front of height and width; ONNX wants two.
    fn pool(&mut self, pool: Pool, window: Window, x: &Tensor, to: &Tensor) -> Result<Whole> {
        let image = &x.shape()[1..];
        let x = self.flexible(x, |shape| shape.len() == 4 && shape[2..] == *image)?;
        let mut shape = x.shape.clone();
        if let &[count, height, width] = &shape[..] {
            shape = vec![1, count, height, width];
        }
        let name = self.reshaped(&x.name, &x.shape, &shape);
        let mut attributes = moves(window);
        let op = match pool {
            Pool::Max => "MaxPool",
            Pool::Average { padded } => {
                attributes.push(Int("count_include_pad", i64::from(padded)));
                "AveragePool"
            }
        };
        shape[2..].copy_from_slice(&to.shape()[1..]);
        Ok(Whole { name: self.node(op, &[&name], &attributes), shape })
    }

    /// Folds the middle one of three axes, or those that it is made of.
    fn reduce(&mut self, op: &str, x: &Tensor, to: &Tensor, sum: bool) -> Result<Whole> {
        let around = <[usize; 3]>::try_from(&x.shape()[..]).unwrap_or_default();
        let split = |shape: &[usize]| {
            let mut spans = (0..=shape.len()).flat_map(|end| (0..end).map(move |start| (start, end)));
            spans.find(|&(start, end)| {
                let size = |range: &[usize]| range.iter().product::<usize>();
                [size(&shape[..start]), size(&shape[start..end]), size(&shape[end..])] == around
            })
        };
        let x = self.flexible(x, |shape| split(shape).is_some())?;
        let Some((start, end)) = split(&x.shape) else {
            return Err(self.refuse("reduce", "its axes are not next to each other"));
        };
        let axes: Vec<i64> = (start..end).map(|axis| axis as i64).collect();
        let axes = self.file.list("axes", &axes);
        let name = self.node(op, &[&x.name, &axes], &[Int("keepdims", 0)]);
        let key = to.buffer().key();
        if sum && self.readers.get(&key) == Some(&1) {
            self.sums.insert(key, around[1]);
        }
        let shape = x.shape[..start].iter().chain(&x.shape[end..]).copied().collect();
        Ok(Whole { name, shape })
    }

    /// A sum that nothing else reads, multiplied by `factor`, if that makes it a mean.
    fn mean(&mut self, x: &Tensor, factor: f32) -> Result<Option<Whole>> {
        let count = self.sums.get(&x.buffer().key());
        if count.is_none_or(|&count| factor != 1.0 / count as f32) {
            return Ok(None);
        }
        let whole = self.entire(x)?;
        if let Some(whole) = &whole {
            self.file.retype(&whole.name, "ReduceMean");
        }
        Ok(whole)
    }

    /// Rows of a table for indices of any shape, or slices along the middle axis.
    fn take(&mut self, x: &Tensor, indices: &Tensor, to: &Tensor) -> Result<Whole> {
        let at = self.flexible(indices, |_| true)?;
        if x.shape()[0] != 1 {
            let (x, indices) = (self.exact(x)?, self.exact(indices)?);
            return Ok(made(self.node("Gather", &[&x, &indices], &[Int("axis", 1)]), to.shape()));
        }
        let table = self.exact(&x.squeeze(0)?)?;
        let shape = at.shape.iter().copied().chain([x.shape()[2]]).collect();
        Ok(Whole { name: self.node("Gather", &[&table, &at.name], &[Int("axis", 0)]), shape })
    }

    fn normalize(&mut self, epsilon: f32, x: &Tensor) -> Result<Whole> {
        let &[outer, groups, inner] = &x.shape()[..] else {
            return Err(self.refuse("normalize", "it has not three axes"));
        };
        if outer != 1 {
            return Err(self.refuse("normalize", "a model can't normalize over a batch"));
        }
        let rows = x.reshape([groups, inner])?;
        let x = self.rows(&rows)?;
        let ones = self.floats(&[inner], &vec![1.0; inner]);
        let attributes = [Int("axis", -1), Float("epsilon", epsilon)];
        Ok(Whole { name: self.node("LayerNormalization", &[&x.name, &ones], &attributes), ..x })
    }
}

fn made(name: String, shape: &Shape) -> Whole {
    Whole { name, shape: shape.to_vec() }
}
