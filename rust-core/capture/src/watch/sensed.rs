//! What a picture and a sound are like, in one number each.

/// Luma of a small picture: mean and standard deviation, 0..=255, of the whole and of its most varied ninth.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Luma {
    pub mean: u8,
    pub deviation: u8,
    /// The standard deviation of the ninth (of 3 × 3) that has most of it: cloth is dull everywhere, a night street is not.
    pub most_varied: u8,
}

/// What a lens has before it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Lens {
    Free,
    /// Black: covered, or a night without any light.
    Dark,
    /// Light comes, and no detail: a hand, cloth, a pocket.
    Covered,
}

/// Below this no sensor of a phone tells anything apart.
const DARK_MEAN: u8 = 12;
/// A scene has an edge somewhere; sensor noise stays below this.
const DULL_DEVIATION: u8 = 6;

impl Luma {
    /// Of the rows of a luma plane, `width` bytes each. `None` for a picture of less than 3 × 3.
    pub fn of(plane: &[u8], width: usize) -> Option<Luma> {
        let height = plane.len().checked_div(width)?;
        if width < 3 || height < 3 {
            return None;
        }
        let (mean, deviation) = mean_and_deviation(plane.iter().copied());
        let ninth = |row: usize, column: usize| {
            let rows = plane.chunks_exact(width).skip(row * height / 3).take(height / 3);
            mean_and_deviation(rows.flat_map(move |row| row.iter().skip(column * width / 3).take(width / 3).copied())).1
        };
        let most_varied = (0..9).map(|at| ninth(at / 3, at % 3)).max().unwrap_or(deviation);
        Some(Luma { mean, deviation, most_varied })
    }

    pub(crate) fn lens(self) -> Lens {
        match self {
            Luma { most_varied: DULL_DEVIATION.., .. } => Lens::Free,
            Luma { mean: ..DARK_MEAN, .. } => Lens::Dark,
            Luma { .. } => Lens::Covered,
        }
    }
}

fn mean_and_deviation(values: impl Iterator<Item = u8>) -> (u8, u8) {
    let (count, sum, squares) = values.fold((0u64, 0u64, 0u64), |(count, sum, squares), value| {
        let value = u64::from(value);
        (count + 1, sum + value, squares + value * value)
    });
    if count == 0 {
        return (0, 0);
    }
    let mean = sum / count;
    let variance = (squares / count).saturating_sub(mean * mean);
    let small = |value: u64| u8::try_from(value).unwrap_or(u8::MAX);
    (small(mean), small(variance.isqrt()))
}

/// The sound's brightness: how much of its energy lies above about 1 kHz, in thousandths: of speech into a free microphone a good part, through cloth next to
/// nothing. Of 16 kHz mono PCM; `None` for silence.
///
/// One pole at 1 kHz parts the sound; what is left over it is what the ear calls clear. Cheap enough for every piece of PCM.
pub fn brightness_permille(pcm: &[i16]) -> Option<u16> {
    /// exp(−2π · 1000 / 16000), in 1/65536.
    const POLE: i64 = 44_252;
    /// A mean square below this is silence: 40 of 32768.
    const SILENCE: u64 = 40 * 40;
    let mut low = 0i64;
    let (mut above, mut all) = (0u64, 0u64);
    for sample in pcm {
        let sample = i64::from(*sample);
        low = (low * POLE + sample * (65_536 - POLE)) / 65_536;
        let high = sample - low;
        above += (high * high).unsigned_abs();
        all += (sample * sample).unsigned_abs();
    }
    let count = u64::try_from(pcm.len()).unwrap_or(u64::MAX);
    if count == 0 || all / count < SILENCE {
        return None;
    }
    Some(u16::try_from(above.saturating_mul(1000).checked_div(all)?.min(1000)).unwrap_or(1000))
}
