//! Inputs and outputs of a plan, with their names.

use midge_core::Plan;
use midge_core::plan::Kind;
use serde::Serialize;

use crate::array::Dtype;
use crate::host::Names;

/// An input or output.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Port {
    /// Its name in the source, else `input0`, `output0` and so on.
    pub name: String,
    /// Extents, outermost first.
    pub shape: Vec<usize>,
    /// Type of the stored elements.
    pub dtype: Dtype,
    /// `real = scale * (stored - zero)`; none where the stored number is the value.
    pub scale: Option<f32>,
    /// Zero point; none where there is no scale.
    #[serde(rename = "zero_point")]
    pub zero: Option<i32>,
}

/// The inputs and outputs of a plan, each in order.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
pub struct Ports {
    /// What a run reads.
    pub inputs: Vec<Port>,
    /// What a run leaves.
    pub outputs: Vec<Port>,
}

impl Port {
    /// Number of elements.
    pub fn elements(&self) -> usize {
        self.shape.iter().product()
    }

    /// Bytes of all elements.
    pub fn bytes(&self) -> usize {
        self.elements() * self.dtype.bytes()
    }
}

impl Ports {
    /// The ports of a checked plan.
    pub fn of(plan: &Plan<'_>, names: Option<&Names>) -> Self {
        let mut ports = Ports::default();
        for index in 0..plan.port_count() {
            let Some(port) = plan.port(index) else { continue };
            let output = port.output != 0;
            let (side, word) =
                if output { (&mut ports.outputs, "output") } else { (&mut ports.inputs, "input") };
            let known = names.and_then(|n| n.ports.get(usize::from(index)));
            let shape = port.shape().map(|d| d as usize);
            side.push(Port {
                name: known.cloned().unwrap_or_else(|| format!("{word}{}", side.len())),
                shape: shape.get(..usize::from(port.rank)).unwrap_or_default().into(),
                dtype: plan.operand(port.operand).element().map_or(Dtype::I8, Dtype::from),
                scale: port.scale(),
                zero: port.scale().map(|_| port.zero),
            });
        }
        ports
    }

    /// Bytes of all inputs of one run.
    pub fn input_bytes(&self) -> usize {
        self.inputs.iter().map(Port::bytes).sum()
    }

    /// Bytes of all outputs of one run.
    pub fn output_bytes(&self) -> usize {
        self.outputs.iter().map(Port::bytes).sum()
    }
}

impl From<Kind> for Dtype {
    fn from(kind: Kind) -> Self {
        match kind {
            Kind::I8 => Dtype::I8,
            Kind::U8 => Dtype::U8,
            Kind::I16 => Dtype::I16,
            Kind::I32 => Dtype::I32,
            Kind::F32 => Dtype::F32,
            Kind::I64 => Dtype::I64,
            Kind::Bool => Dtype::Bool,
            Kind::F16 => Dtype::F16,
            // constants only: a plan with such a port does not load
            Kind::I4 => Dtype::U8,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::file::File;
    use crate::fixture;

    #[test]
    fn ports_have_names_even_when_stripped() {
        let bytes = fixture::plan(&fixture::double(), 256);
        let file = File::from_bytes(&bytes).unwrap();
        let plan = file.plan().unwrap();
        let ports = Ports::of(&plan, file.names());
        assert_eq!(ports.inputs[0].name, "x");
        assert_eq!(ports.outputs[0].shape, [1, 4, 4]);
        assert_eq!((ports.inputs[0].scale, ports.inputs[0].zero), (Some(0.5), Some(3)));
        assert_eq!((ports.input_bytes(), ports.output_bytes()), (16, 16));
        assert_eq!(Ports::of(&plan, None).outputs[0].name, "output0");
    }
}
