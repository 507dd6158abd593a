//! Operations, losses, layers, and optimizers against what PyTorch computes: `make.py` has written that down.

#![expect(clippy::unwrap_used, clippy::panic, reason = "helpers of tests, which may panic")]

mod case;
mod layer;
mod loss;
mod metrics;
mod optim;
mod tensor;
