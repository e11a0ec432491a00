//! Quantised parameters, for prediction only. Each row is quantised on its own, between its minimum and its maximum, so
//! that an outlier costs precision in its own row only. A row of a table is the vector of one index, and a row of a
//! layer's weight has the weights of one output.

use half::f16;
use half::slice::HalfFloatSliceExt;
use serde::Deserialize;

use crate::cpu;
use error_code::{Error, Result};

#[derive(Clone, Copy, Debug, Deserialize, PartialEq, Eq)]
#[cfg_attr(test, derive(ts_rs::TS))]
#[serde(rename_all = "lowercase")]
pub enum Format {
    Fp32,
    Fp16,
    Int8,
    Int4,
}

/// A matrix whose rows are stored as 16-bit floats or as integer codes.
pub struct QuantisedMatrix {
    codes: Codes,
    rows: usize,
    width: usize,
    /// One for each row of integer codes; empty for 16-bit floats. A value is `offset + scale * code`.
    scales: Vec<Scale>,
}

enum Codes {
    Fp16(Vec<f16>),
    Int8(Vec<u8>),
    /// A byte has two codes, the first in its lower four bits. Every row begins with a new byte.
    Int4(Vec<u8>),
}

#[derive(Clone, Copy)]
struct Scale {
    scale: f32,
    offset: f32,
}

impl Scale {
    /// The scale whose codes, from 0 to `largest`, span the row from its minimum to its maximum. None if a value is not
    /// finite.
    fn of(row: &[f32], largest: f32) -> Option<Self> {
        let minimum = row.iter().copied().fold(f32::INFINITY, f32::min);
        let maximum = row.iter().copied().fold(f32::NEG_INFINITY, f32::max);
        // Both are divided before they are subtracted, because the difference of two finite numbers may not be finite.
        let scale = (maximum / largest) - (minimum / largest);
        let is_finite = row.iter().all(|value| value.is_finite()) && scale.is_finite();
        is_finite.then_some(Self {
            scale,
            offset: minimum,
        })
    }

    fn code(self, value: f32, largest: f32) -> u8 {
        if self.scale == 0.0 {
            return 0;
        }
        ((value - self.offset) / self.scale).round().clamp(0.0, largest) as u8
    }
}

impl QuantisedMatrix {
    /// Quantises `values`, `[rows, width]`. None for `Format::Fp32`, which needs no other storage.
    ///
    /// # Errors
    /// InvalidState naming the row that has a value that is not finite.
    pub fn new(format: Format, name: &str, values: &[f32], rows: usize) -> Result<Option<Self>> {
        let width = values.len() / rows.max(1);
        let mut scales = Vec::new();
        let codes = match format {
            Format::Fp32 => return Ok(None),
            Format::Fp16 => {
                let mut codes = vec![f16::ZERO; values.len()];
                codes.convert_from_f32_slice(values);
                Codes::Fp16(codes)
            }
            Format::Int8 | Format::Int4 => {
                let largest = if format == Format::Int8 { 255.0 } else { 15.0 };
                let mut codes = Vec::with_capacity(values.len());
                for (number, row) in values.chunks_exact(width.max(1)).enumerate() {
                    let scale = Scale::of(row, largest).ok_or_else(|| {
                        Error::state(format!(
                            "'{name}' cannot be quantised: row {number} holds a value that is not finite."
                        ))
                    })?;
                    scales.push(scale);
                    let mut code = row.iter().map(|&value| scale.code(value, largest));
                    if format == Format::Int8 {
                        codes.extend(code);
                    } else {
                        while let Some(first) = code.next() {
                            codes.push(first | code.next().unwrap_or(0) << 4);
                        }
                    }
                }
                codes.shrink_to_fit();
                if format == Format::Int8 {
                    Codes::Int8(codes)
                } else {
                    Codes::Int4(codes)
                }
            }
        };
        Ok(Some(Self {
            codes,
            rows,
            width,
            scales,
        }))
    }

    /// Bytes of codes and scales.
    pub fn bytes(&self) -> usize {
        let codes = match &self.codes {
            Codes::Fp16(codes) => 2 * codes.len(),
            Codes::Int8(codes) | Codes::Int4(codes) => codes.len(),
        };
        codes + size_of::<Scale>() * self.scales.len()
    }

    /// The dequantised values, `[rows, width]`.
    pub fn values(&self) -> Vec<f32> {
        let mut values = vec![0.0; self.rows * self.width];
        for (row, out) in values.chunks_exact_mut(self.width.max(1)).enumerate() {
            self.add_row(row, 1.0, out);
        }
        values
    }

    /// Prefetches a row.
    #[inline(always)]
    pub fn prefetch(&self, row: usize) {
        let (start, bytes) = match &self.codes {
            Codes::Fp16(codes) => (
                codes.as_ptr().wrapping_add(row * self.width).cast::<u8>(),
                2 * self.width,
            ),
            Codes::Int8(codes) => (codes.as_ptr().wrapping_add(row * self.width), self.width),
            Codes::Int4(codes) => {
                let stride = self.width.div_ceil(2);
                (codes.as_ptr().wrapping_add(row * stride), stride)
            }
        };
        for byte in (0..bytes).step_by(64) {
            cpu::prefetch(start.wrapping_add(byte).cast());
        }
        if !self.scales.is_empty() {
            cpu::prefetch(self.scales.as_ptr().wrapping_add(row).cast());
        }
    }

    /// `out += weight * row`.
    #[inline(always)]
    pub fn add_row(&self, row: usize, weight: f32, out: &mut [f32]) {
        let width = self.width;
        match &self.codes {
            Codes::Fp16(codes) => {
                for (out, code) in out.iter_mut().zip(&codes[row * width..][..width]) {
                    *out += weight * code.to_f32();
                }
            }
            Codes::Int8(codes) => {
                let Scale { scale, offset } = self.scales[row];
                for (out, &code) in out.iter_mut().zip(&codes[row * width..][..width]) {
                    *out += weight * (offset + scale * f32::from(code));
                }
            }
            Codes::Int4(codes) => {
                let Scale { scale, offset } = self.scales[row];
                let stride = width.div_ceil(2);
                for (out, &byte) in out.chunks_mut(2).zip(&codes[row * stride..][..stride]) {
                    for (out, code) in out.iter_mut().zip([byte & 15, byte >> 4]) {
                        *out += weight * (offset + scale * f32::from(code));
                    }
                }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const ROWS: usize = 5;
    const WIDTH: usize = 7;

    fn rows() -> Vec<f32> {
        (0..ROWS * WIDTH)
            .map(|i| ((i * 37 % 23) as f32 - 11.0) * 10f32.powi((i / WIDTH) as i32 - 2))
            .collect()
    }

    #[test]
    fn the_error_of_a_value_is_at_most_half_a_step_of_its_row() {
        let values = rows();
        for (format, steps) in [(Format::Int8, 255.0), (Format::Int4, 15.0)] {
            let quantised = QuantisedMatrix::new(format, "t", &values, ROWS).unwrap().unwrap();
            let found = quantised.values();
            for (row, found) in values.chunks(WIDTH).zip(found.chunks(WIDTH)) {
                let minimum = row.iter().copied().fold(f32::MAX, f32::min);
                let maximum = row.iter().copied().fold(f32::MIN, f32::max);
                let tolerance = 0.5001 * (maximum - minimum) / steps;
                for (value, found) in row.iter().zip(found) {
                    assert!(
                        (value - found).abs() <= tolerance,
                        "{format:?}: {value} {found} {tolerance}"
                    );
                }
            }
        }
    }

    #[test]
    fn values_are_rounded_to_the_nearest_16_bit_float() {
        let quantised = QuantisedMatrix::new(Format::Fp16, "t", &[1.0, 0.1, -65504.0], 1)
            .unwrap()
            .unwrap();
        assert_eq!(quantised.values(), [1.0, f16::from_f32(0.1).to_f32(), -65504.0]);
        assert_eq!(quantised.bytes(), 6);
    }

    #[test]
    fn a_row_of_equal_values_is_exact() {
        for format in [Format::Int8, Format::Int4] {
            let quantised = QuantisedMatrix::new(format, "t", &[0.3; 6], 2).unwrap().unwrap();
            assert_eq!(quantised.values(), [0.3; 6]);
        }
    }

    #[test]
    fn bytes_count_codes_and_scales() {
        let bytes = |format| {
            QuantisedMatrix::new(format, "t", &rows(), ROWS)
                .unwrap()
                .map(|quantised| quantised.bytes())
        };
        assert_eq!(bytes(Format::Int8), Some(ROWS * (WIDTH + 8)));
        assert_eq!(bytes(Format::Int4), Some(ROWS * (4 + 8)));
        assert_eq!(bytes(Format::Fp32), None);
    }

    #[test]
    fn a_value_that_is_not_finite_is_refused_and_its_row_is_named() {
        let mut values = rows();
        values[2 * WIDTH + 1] = f32::NAN;
        let error = QuantisedMatrix::new(Format::Int8, "emb_l.0.weight", &values, ROWS)
            .err()
            .unwrap();
        assert!(
            error.message.contains("emb_l.0.weight") && error.message.contains("row 2"),
            "{error}"
        );
    }
}
