//! The fields of a JSON object by their paths: `user.id` is the field `id` of the object `user`, and the items of a list all have
//! the list's path.

use std::borrow::Cow;

use serde::Deserialize;
use serde::de::{Deserializer, MapAccess, Visitor};
use serde_json::value::RawValue;

/// How deep objects and lists may be nested.
const MAX_DEPTH: usize = 32;

/// A value that is neither an object nor a list, nor null.
pub enum Scalar<'a> {
    /// A number or a truth value as the file has it.
    Plain(&'a str),
    Text(Cow<'a, str>),
}

impl Scalar<'_> {
    pub fn text(&self) -> &str {
        match self {
            Scalar::Plain(text) => text,
            Scalar::Text(text) => text,
        }
    }
}

/// Calls `visit` with the path of each value in an object, the value, and whether it is in a list.
///
/// # Errors
/// What is wrong with the object.
pub fn visit_fields(
    object: &[u8],
    visit: &mut impl FnMut(&str, Scalar<'_>, bool),
) -> Result<(), Cow<'static, str>> {
    let object = object.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(object);
    let text = std::str::from_utf8(object).map_err(|_| "the text is not valid UTF-8")?;
    if !text.trim_start().starts_with('{') {
        return Err(Cow::Borrowed("there is no JSON object here"));
    }
    visit_value(text.trim(), &mut String::new(), 0, false, visit)
}

fn visit_value(
    json: &str,
    path: &mut String,
    depth: usize,
    in_list: bool,
    visit: &mut impl FnMut(&str, Scalar<'_>, bool),
) -> Result<(), Cow<'static, str>> {
    if depth > MAX_DEPTH {
        return Err(format!("objects and lists are nested more than {MAX_DEPTH} deep").into());
    }
    match json.as_bytes().first() {
        Some(b'{') => {
            for (name, value) in parsed::<Members<'_>>(json)?.0 {
                let before = path.len();
                if depth > 0 && !path.is_empty() {
                    path.push('.');
                }
                path.push_str(&name);
                visit_value(value.get(), path, depth + 1, in_list, visit)?;
                path.truncate(before);
            }
        }
        Some(b'[') => {
            for item in parsed::<Vec<&RawValue>>(json)? {
                visit_value(item.get(), path, depth + 1, true, visit)?;
            }
        }
        Some(b'"') => visit(path, Scalar::Text(parsed::<Text<'_>>(json)?.0), in_list),
        Some(b'n') => {}
        _ => visit(path, Scalar::Plain(json), in_list),
    }
    Ok(())
}

fn parsed<'a, T: Deserialize<'a>>(json: &'a str) -> Result<T, Cow<'static, str>> {
    serde_json::from_str(json).map_err(|error| Cow::Owned(format!("this is no valid JSON: {error}")))
}

#[derive(Deserialize)]
struct Text<'a>(#[serde(borrow)] Cow<'a, str>);

/// The members of an object in their order, with values that are not parsed yet.
struct Members<'a>(Vec<(Cow<'a, str>, &'a RawValue)>);

impl<'de: 'a, 'a> Deserialize<'de> for Members<'a> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct InOrder;
        impl<'de> Visitor<'de> for InOrder {
            type Value = Vec<(Cow<'de, str>, &'de RawValue)>;

            fn expecting(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                formatter.write_str("an object")
            }

            fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Self::Value, A::Error> {
                let mut members = Vec::new();
                while let Some((name, value)) = map.next_entry::<Text<'de>, &'de RawValue>()? {
                    members.push((name.0, value));
                }
                Ok(members)
            }
        }
        deserializer.deserialize_map(InOrder).map(Members)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn fields(object: &str) -> Result<Vec<(String, String, bool)>, Cow<'static, str>> {
        let mut found = Vec::new();
        visit_fields(object.as_bytes(), &mut |path, value, in_list| {
            found.push((path.to_string(), value.text().to_string(), in_list));
        })?;
        Ok(found)
    }

    #[test]
    fn gives_paths_in_order_and_numbers_as_they_are_written() {
        let object = r#"{"z": 12345678901234567890123, "user": {"id": 1.50, "tags": ["a\n", null, "b"]}, "n": null, "t": true}"#;
        let expected = [
            ("z", "12345678901234567890123", false),
            ("user.id", "1.50", false),
            ("user.tags", "a\n", true),
            ("user.tags", "b", true),
            ("t", "true", false),
        ];
        let expected = expected.map(|(path, text, in_list)| (path.to_string(), text.to_string(), in_list));
        assert_eq!(fields(object).unwrap(), expected);
    }

    #[test]
    fn takes_the_fields_of_objects_in_a_list() {
        let found = fields(r#"{"items": [{"id": 1}, {"id": 2}]}"#).unwrap();
        assert_eq!(found[1], ("items.id".to_string(), "2".to_string(), true));
    }

    #[test]
    fn says_what_is_wrong() {
        for (text, what) in [
            ("{\"a\": }", "no valid JSON"),
            ("[1]", "no JSON object"),
            ("\u{e4}", "no JSON object"),
            ("{\"a\": 1} x", "no valid JSON"),
        ] {
            assert!(fields(text).unwrap_err().contains(what), "{text}");
        }
    }

    #[test]
    fn deep_nesting_neither_overflows_the_stack_nor_takes_long() {
        let deep = format!("{{\"a\": {}{}}}", "[".repeat(400_000), "]".repeat(400_000));
        assert!(fields(&deep).unwrap_err().contains("nested"));
        let open = format!("{{\"a\": {}", "[".repeat(900_000));
        assert!(fields(&open).is_err());
    }
}
