//! Silero's network for 16 kHz, on `rten`.

use std::fmt;
use std::num::NonZeroUsize;
use std::sync::Arc;

use rten::{Model, ModelOptions, NodeId, RunOptions, ThreadPool, Value, op_registry};
use rten_tensor::NdTensor;
use rten_tensor::prelude::*;

use crate::detector::{DetectorFault, DetectorName, VoiceDetector};

/// Made by `scripts/make-silero.py` of the file that Silero publishes; its licence lies beside it.
pub const SILERO_MODEL: &[u8] = include_bytes!("../model/silero_vad_16k.onnx");

/// What that script prints of it. A test of `quanji-recorder`, which knows SHA-256, holds the file to it.
pub const SILERO_SHA256: &str = "f48c35080b3ba28526f95524033661933ee3b0ab9ed32d65a3d93a69cd5535d3";

const FRAME: usize = 512;
/// The end of the frame before, which the network sees again.
const CONTEXT: usize = 64;
/// What its window is longer than frame and context: their end, mirrored.
const MIRRORED: usize = 64;
const WINDOW: usize = CONTEXT + FRAME + MIRRORED;
const HIDDEN: usize = 128;

/// Silero's network (6.2, 16 kHz), 32 ms a frame: tells a street from a voice well. It hears that somebody speaks: not who, not what.
pub struct Silero {
    model: Model,
    nodes: Nodes,
    one_thread: RunOptions,
    /// Context, frame, mirrored end; the context stands from the frame before.
    window: [f32; WINDOW],
    hidden: NdTensor<f32, 3>,
    cell: NdTensor<f32, 3>,
}

struct Nodes {
    input: NodeId,
    hidden: NodeId,
    cell: NodeId,
    outputs: [NodeId; 3],
}

impl Silero {
    pub const FRAME_SAMPLES: NonZeroUsize = NonZeroUsize::new(FRAME).expect("512 is not zero");

    /// Reads the model that is compiled in: some milliseconds, and 1.3 MB.
    pub fn open() -> Result<Self, DetectorFault> {
        // Only these operators are linked: every other would be weight in the app.
        let operators = op_registry!(Add, Conv, LSTM, MatMul, Mul, Relu, Sigmoid, Split, Sqrt, Transpose);
        let model =
            ModelOptions::with_ops(operators).load_static_slice(SILERO_MODEL).map_err(|_| DetectorFault::NotStarted)?;
        let node = |name| model.node_id(name).map_err(|_| DetectorFault::NotStarted);
        let nodes = Nodes {
            input: node("input")?,
            hidden: node("hidden")?,
            cell: node("cell")?,
            outputs: [node("score")?, node("hidden_next")?, node("cell_next")?],
        };
        let one_thread = RunOptions::default().with_thread_pool(Some(Arc::new(ThreadPool::with_num_threads(1))));
        Ok(Self { model, nodes, one_thread, window: [0.0; WINDOW], hidden: nothing_heard(), cell: nothing_heard() })
    }

    fn run(&mut self) -> Option<f32> {
        let Nodes { input, hidden, cell, outputs } = &self.nodes;
        let window = NdTensor::from_data([1, 1, WINDOW], self.window.to_vec());
        let state =
            (std::mem::replace(&mut self.hidden, nothing_heard()), std::mem::replace(&mut self.cell, nothing_heard()));
        let inputs = vec![(*input, window.into()), (*hidden, state.0.into()), (*cell, state.1.into())];
        let [score, hidden, cell]: [Value; 3] =
            self.model.run(inputs, outputs, Some(self.one_thread.clone())).ok()?.try_into().ok()?;
        (self.hidden, self.cell) = (hidden.try_into().ok()?, cell.try_into().ok()?);
        let score: NdTensor<f32, 3> = score.try_into().ok()?;
        score.iter().next().copied()
    }
}

fn nothing_heard() -> NdTensor<f32, 3> {
    NdTensor::zeros([1, 1, HIDDEN])
}

impl VoiceDetector for Silero {
    fn name(&self) -> DetectorName {
        DetectorName::Silero
    }

    fn frame_samples(&self) -> NonZeroUsize {
        Self::FRAME_SAMPLES
    }

    fn score(&mut self, frame: &[i16]) -> Result<f32, DetectorFault> {
        let samples = self.window.get_mut(CONTEXT..CONTEXT + FRAME).filter(|samples| samples.len() == frame.len());
        for (sample, pcm) in samples.ok_or(DetectorFault::Failed)?.iter_mut().zip(frame) {
            *sample = f32::from(*pcm) / 32_768.0;
        }
        // The last sample is the mirror and stands once.
        for step in 0..MIRRORED {
            self.window[CONTEXT + FRAME + step] = self.window[CONTEXT + FRAME - 2 - step];
        }
        let score = self.run().ok_or(DetectorFault::Failed)?;
        self.window.copy_within(FRAME..FRAME + CONTEXT, 0);
        Ok(score)
    }

    fn is_voice_from(&self) -> f32 {
        // No frame of wind, street or a silent room comes near a tenth, however loud; of a script as loud as the street 98 in 100 are above
        // (ADR 0039).
        0.5
    }

    fn forget(&mut self) {
        self.window = [0.0; WINDOW];
        (self.hidden, self.cell) = (nothing_heard(), nothing_heard());
    }
}

impl fmt::Debug for Silero {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Silero").finish_non_exhaustive()
    }
}
