//! Custom operators of a TFLite file that the caller brings along.

use super::call::Call;
use super::{Trouble, broken};
use crate::graph::Op;

impl Call<'_, '_> {
    /// An operator whose meaning the caller knows: all its operands, and its options as they are.
    pub(super) fn custom(&mut self, name: &str) -> Result<(), Trouble> {
        let options = self.operator.custom_options().map_err(broken)?.unwrap_or_default();
        self.tensors.budget.spend("its options", options.len())?;
        let inputs = (0..self.inputs.len()).map(|input| self.read(input)).collect::<Result<_, _>>()?;
        let outputs = self.outputs.clone();
        let outputs =
            outputs.into_iter().map(|output| self.tensors.write(output)).collect::<Result<_, _>>()?;
        self.emit(Op::Custom { name: name.into(), options: options.into() }, inputs, outputs);
        Ok(())
    }
}
