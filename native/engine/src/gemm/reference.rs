//! The product as three plain loops, which the fast one is tested against.

use super::Product;

/// `dst (+)= alpha * lhs · rhs`, then bias, activation and ReLU mask.
///
/// # Safety
/// As `Gemm::multiply`.
pub unsafe fn multiply(product: &Product) {
    for i in 0..product.m {
        for j in 0..product.n {
            // SAFETY: the caller keeps the contract of `Gemm::multiply`, and (i, j) lies inside the product.
            unsafe {
                let sum: f64 = (0..product.k)
                    .map(|p| f64::from(*product.lhs.at(i, p)) * f64::from(*product.rhs.at(p, j)))
                    .sum();
                let dst = product.dst.pointer().add(i * product.dst.stride() + j);
                let mut value = sum as f32 * product.alpha;
                if product.accumulate {
                    value += *dst;
                }
                if let Some(bias) = product.bias {
                    value += bias[j];
                }
                value = product.activation.apply(value);
                let masked = product.relu_mask.is_some_and(|mask| mask.row(i)[j] <= 0.0);
                *dst = if masked { 0.0 } else { value };
            }
        }
    }
}
