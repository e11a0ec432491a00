//! Collects the TypeScript declarations of a crate's types. Only tests of the other crates use it, so that neither this nor
//! ts-rs is part of the addon; `build/generated-types.mjs` compares what they write with native/generated.

use std::collections::HashSet;
use std::fs;
use std::path::Path;

use ts_rs::{Config, TS, TypeVisitor};

/// Declarations of types and of all that they refer to, in no particular order.
pub struct Declarations {
    config: Config,
    known: HashSet<String>,
    text: String,
}

impl Default for Declarations {
    fn default() -> Self {
        Self {
            // Numbers cross the border as JSON, and JavaScript keeps whole ones up to 2^53.
            config: Config::default().with_large_int("number"),
            known: HashSet::new(),
            text: String::new(),
        }
    }
}

impl Declarations {
    /// Adds a type with its doc comments, and the types that it refers to.
    pub fn add<T: TS + 'static + ?Sized>(&mut self) {
        // Types of the standard library are TypeScript's own: they have no declaration.
        let declared = T::output_path().is_some();
        if !declared || !self.known.insert(T::name(&self.config)) {
            return T::visit_generics(self);
        }
        T::visit_dependencies(self);
        if let Some(docs) = T::docs() {
            self.text.push_str(&docs);
        }
        self.text
            .push_str(&format!("export {}\n\n", T::decl(&self.config)));
    }

    /// Writes the declarations to native/target/typescript, unformatted.
    ///
    /// # Panics
    /// Where the file cannot be written.
    pub fn write(&self, crate_name: &str) {
        let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../target/typescript");
        fs::create_dir_all(&folder).expect("the target folder can be written to");
        let path = folder.join(crate_name).with_extension("ts");
        fs::write(path, &self.text).expect("the target folder can be written to");
    }
}

impl TypeVisitor for Declarations {
    fn visit<T: TS + 'static + ?Sized>(&mut self) {
        self.add::<T>();
    }
}
