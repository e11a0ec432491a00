//! Writes the values of Arrow arrays as the text that a delimited file would have: whole numbers and decimals exactly, floats with
//! the fewest digits that give the same number, moments as ISO 8601, binary as it is.

use std::io::Write;

use arrow_array::cast::AsArray;
use arrow_array::types::{
    ArrowDictionaryKeyType, ArrowPrimitiveType, Date32Type, Date64Type, Decimal32Type, Decimal64Type,
    Decimal128Type, Decimal256Type, DurationMicrosecondType, DurationMillisecondType, DurationNanosecondType,
    DurationSecondType, Float16Type, Float32Type, Float64Type, Int8Type, Int16Type, Int32Type, Int64Type,
    Time32MillisecondType, Time32SecondType, Time64MicrosecondType, Time64NanosecondType,
    TimestampMicrosecondType, TimestampMillisecondType, TimestampNanosecondType, TimestampSecondType,
    UInt8Type, UInt16Type, UInt32Type, UInt64Type,
};
use arrow_array::{Array, ArrayRef};
use arrow_schema::{DataType, TimeUnit};

use super::moments::{write_date, write_moment, write_time};

/// Appends the value of a row, which is not null.
pub type WriteValue<'a> = Box<dyn Fn(usize, &mut Vec<u8>) + 'a>;

/// What a column's values are, as far as its file says so.
#[derive(Clone, Copy, Debug, PartialEq, Eq, serde::Serialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
#[serde(rename_all = "camelCase")]
pub enum ValueKind {
    Integer,
    Decimal,
    Boolean,
    Time,
    Text,
}

/// What the values of an array of this type are; `None` of a type that has no text, or has values inside.
pub fn kind_of(data_type: &DataType) -> Option<ValueKind> {
    use DataType::*;
    Some(match data_type {
        Boolean => ValueKind::Boolean,
        Int8 | Int16 | Int32 | Int64 | UInt8 | UInt16 | UInt32 | UInt64 | Duration(_) => ValueKind::Integer,
        Float16 | Float32 | Float64 | Decimal32(..) | Decimal64(..) | Decimal128(..) | Decimal256(..) => {
            ValueKind::Decimal
        }
        Date32 | Date64 | Timestamp(..) => ValueKind::Time,
        Time32(_) | Time64(_) | Utf8 | LargeUtf8 | Utf8View | Binary | LargeBinary | BinaryView
        | FixedSizeBinary(_) => ValueKind::Text,
        Dictionary(_, values) => kind_of(values)?,
        _ => return None,
    })
}

/// How the array's values are written; `None` for a type of which `kind_of` knows nothing.
pub fn writer(array: &ArrayRef) -> Option<WriteValue<'_>> {
    use DataType::*;
    Some(match array.data_type() {
        Boolean => {
            let values = array.as_boolean();
            Box::new(move |row, text| {
                text.extend_from_slice(if values.value(row) { b"true" } else { b"false" })
            })
        }
        Int8 => whole::<Int8Type>(array),
        Int16 => whole::<Int16Type>(array),
        Int32 => whole::<Int32Type>(array),
        Int64 => whole::<Int64Type>(array),
        UInt8 => whole::<UInt8Type>(array),
        UInt16 => whole::<UInt16Type>(array),
        UInt32 => whole::<UInt32Type>(array),
        UInt64 => whole::<UInt64Type>(array),
        Duration(TimeUnit::Second) => whole::<DurationSecondType>(array),
        Duration(TimeUnit::Millisecond) => whole::<DurationMillisecondType>(array),
        Duration(TimeUnit::Microsecond) => whole::<DurationMicrosecondType>(array),
        Duration(TimeUnit::Nanosecond) => whole::<DurationNanosecondType>(array),
        Float16 => {
            let values = array.as_primitive::<Float16Type>();
            Box::new(move |row, text| write_float(values.value(row).to_f32(), text))
        }
        Float32 => {
            let values = array.as_primitive::<Float32Type>();
            Box::new(move |row, text| write_float(values.value(row), text))
        }
        Float64 => {
            let values = array.as_primitive::<Float64Type>();
            Box::new(move |row, text| write_float(values.value(row), text))
        }
        Decimal32(..) => {
            let values = array.as_primitive::<Decimal32Type>();
            Box::new(move |row, text| text.extend_from_slice(values.value_as_string(row).as_bytes()))
        }
        Decimal64(..) => {
            let values = array.as_primitive::<Decimal64Type>();
            Box::new(move |row, text| text.extend_from_slice(values.value_as_string(row).as_bytes()))
        }
        Decimal128(..) => {
            let values = array.as_primitive::<Decimal128Type>();
            Box::new(move |row, text| text.extend_from_slice(values.value_as_string(row).as_bytes()))
        }
        Decimal256(..) => {
            let values = array.as_primitive::<Decimal256Type>();
            Box::new(move |row, text| text.extend_from_slice(values.value_as_string(row).as_bytes()))
        }
        Date32 => {
            let values = array.as_primitive::<Date32Type>();
            Box::new(move |row, text| write_date(i64::from(values.value(row)), text))
        }
        Date64 => {
            let values = array.as_primitive::<Date64Type>();
            Box::new(move |row, text| write_date(values.value(row).div_euclid(86_400_000), text))
        }
        Timestamp(unit, zone) => {
            let utc = zone.is_some();
            match unit {
                TimeUnit::Second => moment::<TimestampSecondType>(array, 1, utc),
                TimeUnit::Millisecond => moment::<TimestampMillisecondType>(array, 1000, utc),
                TimeUnit::Microsecond => moment::<TimestampMicrosecondType>(array, 1_000_000, utc),
                TimeUnit::Nanosecond => moment::<TimestampNanosecondType>(array, 1_000_000_000, utc),
            }
        }
        Time32(TimeUnit::Second) => time::<Time32SecondType>(array, 1),
        Time32(_) => time::<Time32MillisecondType>(array, 1000),
        Time64(TimeUnit::Microsecond) => time::<Time64MicrosecondType>(array, 1_000_000),
        Time64(_) => time::<Time64NanosecondType>(array, 1_000_000_000),
        Utf8 => {
            let values = array.as_string::<i32>();
            Box::new(move |row, text| text.extend_from_slice(values.value(row).as_bytes()))
        }
        LargeUtf8 => {
            let values = array.as_string::<i64>();
            Box::new(move |row, text| text.extend_from_slice(values.value(row).as_bytes()))
        }
        Utf8View => {
            let values = array.as_string_view();
            Box::new(move |row, text| text.extend_from_slice(values.value(row).as_bytes()))
        }
        Binary => {
            let values = array.as_binary::<i32>();
            Box::new(move |row, text| text.extend_from_slice(values.value(row)))
        }
        LargeBinary => {
            let values = array.as_binary::<i64>();
            Box::new(move |row, text| text.extend_from_slice(values.value(row)))
        }
        BinaryView => {
            let values = array.as_binary_view();
            Box::new(move |row, text| text.extend_from_slice(values.value(row)))
        }
        FixedSizeBinary(_) => {
            let values = array.as_fixed_size_binary();
            Box::new(move |row, text| text.extend_from_slice(values.value(row)))
        }
        Dictionary(keys, _) => match **keys {
            Int8 => dictionary::<Int8Type>(array)?,
            Int16 => dictionary::<Int16Type>(array)?,
            Int32 => dictionary::<Int32Type>(array)?,
            Int64 => dictionary::<Int64Type>(array)?,
            UInt8 => dictionary::<UInt8Type>(array)?,
            UInt16 => dictionary::<UInt16Type>(array)?,
            UInt32 => dictionary::<UInt32Type>(array)?,
            UInt64 => dictionary::<UInt64Type>(array)?,
            _ => return None,
        },
        _ => return None,
    })
}

fn whole<T: ArrowPrimitiveType>(array: &ArrayRef) -> WriteValue<'_>
where
    T::Native: itoa::Integer,
{
    let values = array.as_primitive::<T>();
    Box::new(move |row, text| {
        text.extend_from_slice(itoa::Buffer::new().format(values.value(row)).as_bytes())
    })
}

fn moment<T: ArrowPrimitiveType<Native = i64>>(array: &ArrayRef, units: i64, utc: bool) -> WriteValue<'_> {
    let values = array.as_primitive::<T>();
    Box::new(move |row, text| write_moment(values.value(row), units, utc, text))
}

fn time<T: ArrowPrimitiveType>(array: &ArrayRef, units: i64) -> WriteValue<'_>
where
    i64: From<T::Native>,
{
    let values = array.as_primitive::<T>();
    Box::new(move |row, text| write_time(i64::from(values.value(row)), units, text))
}

fn dictionary<K: ArrowDictionaryKeyType>(array: &ArrayRef) -> Option<WriteValue<'_>> {
    let dictionary = array.as_dictionary::<K>();
    let values = dictionary.values();
    let write = writer(values)?;
    Some(Box::new(move |row, text| {
        if let Some(key) = dictionary.key(row)
            && values.is_valid(key)
        {
            write(key, text);
        }
    }))
}

/// A float as text. Not a number stands for a missing value, as pandas has it.
fn write_float<T>(value: T, text: &mut Vec<u8>)
where
    T: Copy + Into<f64> + std::fmt::Display + std::fmt::LowerExp,
{
    let size = value.into().abs();
    if size.is_nan() {
        return;
    }
    // Writing to memory cannot fail.
    let _ = if size == 0.0 || (1e-5..1e17).contains(&size) || size.is_infinite() {
        write!(text, "{value}")
    } else {
        write!(text, "{value:e}")
    };
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use arrow_array::{
        Decimal128Array, DictionaryArray, Float32Array, Float64Array, Int64Array, StringArray,
        TimestampMillisecondArray, UInt64Array,
    };

    use super::*;

    fn texts(array: impl Array + 'static) -> Vec<String> {
        let array: ArrayRef = Arc::new(array);
        assert!(kind_of(array.data_type()).is_some());
        let write = writer(&array).unwrap();
        let text = |row| {
            let mut text = Vec::new();
            write(row, &mut text);
            String::from_utf8(text).unwrap()
        };
        (0..array.len()).map(text).collect()
    }

    #[test]
    fn writes_whole_numbers_and_decimals_exactly() {
        assert_eq!(
            texts(Int64Array::from(vec![i64::MIN, i64::MAX])),
            ["-9223372036854775808", "9223372036854775807"]
        );
        assert_eq!(texts(UInt64Array::from(vec![u64::MAX])), ["18446744073709551615"]);
        let decimals = Decimal128Array::from(vec![-1_234_567, 5])
            .with_precision_and_scale(20, 4)
            .unwrap();
        assert_eq!(texts(decimals), ["-123.4567", "0.0005"]);
    }

    #[test]
    fn writes_floats_with_the_fewest_digits_that_give_the_same_number() {
        assert_eq!(
            texts(Float32Array::from(vec![0.1, 3.0, f32::MAX, f32::NAN])),
            ["0.1", "3", "3.4028235e38", ""]
        );
        let values = vec![
            0.1,
            -0.0,
            1e-7,
            123_456_789.125,
            5e-324,
            f64::MAX,
            2f64.powi(53) + 2.0,
        ];
        for (text, value) in texts(Float64Array::from(values.clone())).iter().zip(values) {
            assert_eq!(text.parse::<f64>().unwrap().to_bits(), value.to_bits(), "{text}");
            assert!(text.len() < 25, "{text}");
        }
    }

    #[test]
    fn writes_the_values_of_dictionaries_and_moments_with_and_without_a_zone() {
        let words: DictionaryArray<Int32Type> = vec!["a", "b", "a"].into_iter().collect();
        assert_eq!(texts(words), ["a", "b", "a"]);
        let moments = TimestampMillisecondArray::from(vec![1_500]);
        assert_eq!(texts(moments.clone()), ["1970-01-01T00:00:01.500"]);
        assert_eq!(
            texts(moments.with_timezone("Europe/Berlin")),
            ["1970-01-01T00:00:01.500Z"]
        );
        assert_eq!(texts(StringArray::from(vec!["ä,\n"])), ["ä,\n"]);
    }
}
