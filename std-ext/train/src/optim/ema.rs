//! Moving averages of parameters, which often do better than the last ones.

use crate::nn::Module;
use crate::{Result, Tensor};

/// Averages of the parameters of a module.
pub struct Ema {
    decay: f32,
    averages: Vec<Tensor>,
}

impl Ema {
    /// Averages that start at what the parameters are; each update keeps `decay` of them.
    ///
    /// # Errors
    /// There is no memory left.
    pub fn new(module: &dyn Module, decay: f32) -> Result<Ema> {
        let averages =
            module.parameters().iter().map(|parameter| parameter.detach().copy()).collect::<Result<_>>()?;
        Ok(Ema { decay, averages })
    }

    /// The averages, in the order of the parameters; to go on with others, assign to them.
    pub fn averages(&self) -> &[Tensor] {
        &self.averages
    }

    /// Takes in what the parameters are now.
    ///
    /// # Errors
    /// A device fails.
    pub fn update(&self, module: &dyn Module) -> Result<()> {
        let decay = self.decay;
        for (average, parameter) in self.averages.iter().zip(module.parameters()) {
            average.assign(&average.map_with(&parameter.detach(), |a, p| a * decay + p * (1.0 - decay))?)?;
        }
        Ok(())
    }

    /// Exchanges averages and parameters; once more, and all is as before.
    ///
    /// # Errors
    /// A device fails.
    pub fn swap(&self, module: &dyn Module) -> Result<()> {
        for (average, parameter) in self.averages.iter().zip(module.parameters()) {
            let before = parameter.detach().copy()?;
            parameter.assign(average)?;
            average.assign(&before)?;
        }
        Ok(())
    }
}
