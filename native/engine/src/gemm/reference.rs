//! The product as three loops: what the fast one is held to.

use super::Product;

/// `c (+)= scale * a · b`, then bias, activation and mask.
///
/// # Safety
/// As `Gemm::multiply`.
pub unsafe fn multiply(product: &Product) {
    for i in 0..product.rows {
        for j in 0..product.columns {
            // SAFETY: the caller's.
            unsafe {
                let sum: f64 = (0..product.depth)
                    .map(|k| f64::from(*product.a.at(i, k)) * f64::from(*product.b.at(k, j)))
                    .sum();
                let place = product.c.pointer().add(i * product.c.stride() + j);
                let mut value = sum as f32 * product.scale;
                if product.add {
                    value += *place;
                }
                if let Some(bias) = product.bias {
                    value += bias[j];
                }
                value = crate::ops::activation::apply(product.activation, value);
                let masked = product.positive.is_some_and(|positive| positive.row(i)[j] <= 0.0);
                *place = if masked { 0.0 } else { value };
            }
        }
    }
}
