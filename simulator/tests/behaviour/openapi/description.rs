//! The published description, read as JSON Schema and corrected where reality is known to differ.

use jsonschema::Validator;
use serde_json::{Map, Value, json};

/// The file that `SPOTIFY_OPENAPI` names.
pub(super) struct Description {
    paths: Value,
    components: Value,
}

impl Description {
    /// The description, or nothing but a word on standard error when no file is named.
    #[expect(
        clippy::disallowed_methods,
        clippy::print_stderr,
        reason = "for whoever runs the tests"
    )]
    pub(super) fn load() -> Option<Self> {
        let Ok(file) = std::env::var("SPOTIFY_OPENAPI") else {
            eprintln!("skipped: SPOTIFY_OPENAPI does not name Spotify's OpenAPI file");
            return None;
        };
        let text = std::fs::read_to_string(&file).unwrap_or_else(|error| panic!("{file}: {error}"));
        let mut document: Value = serde_saphyr::from_str(&text).expect("YAML");
        let mut components = document["components"].take();
        correct(&mut components["schemas"]);
        translate_all(&mut components);
        Some(Self { paths: document["paths"].take(), components })
    }

    /// The same, for files that Spotify does not know: the description promises ids that they do not have.
    pub(super) fn allowing_local_files(&self) -> Self {
        let mut components = self.components.clone();
        for schema in ["TrackObject", "AlbumBase", "SimplifiedArtistObject"] {
            for property in ["id", "href", "uri"] {
                components["schemas"][schema]["properties"][property] =
                    json!({ "type": ["string", "null"] });
            }
        }
        Self { paths: self.paths.clone(), components }
    }

    /// What is wrong with `body` as an answer; nothing when it is as described.
    pub(super) fn problems(
        &self,
        method: &str,
        path: &str,
        status: u16,
        body: &Value,
    ) -> Vec<String> {
        let responses = &self.paths[path][method]["responses"];
        assert!(responses.is_object(), "{method} {path} is not described");
        // Spec bug: 400, 404 and 405 occur everywhere and are listed almost nowhere; they look like 401.
        let listed = &responses[status.to_string()];
        let response = if listed.is_null() && status >= 400 { &responses["401"] } else { listed };
        let name = response["$ref"]
            .as_str()
            .and_then(|link| link.rsplit('/').next())
            .expect("a named response");
        let schema = &self.components["responses"][name]["content"]["application/json"]["schema"];
        assert!(schema.is_object(), "{method} {path} {status} has no described body");
        let schema = json!({
            "$schema": "https://json-schema.org/draft/2020-12/schema",
            "components": { "schemas": self.components["schemas"] },
            "allOf": [schema],
        });
        let validator: Validator = jsonschema::validator_for(&schema).expect("a schema");
        let describe = |error: jsonschema::ValidationError<'_>| {
            format!("{} at {}", error, error.instance_path())
        };
        validator.iter_errors(body).map(describe).collect()
    }
}

/// Puts right what the description has wrong, in its own terms.
fn correct(schemas: &mut Value) {
    // Spec bug: real answers nest the flags below `actions.disallows`.
    let flags = schemas["DisallowsObject"].take();
    schemas["DisallowsObject"] = json!({ "type": "object", "properties": { "disallows": flags } });
    // Spec bug: `smart_shuffle` is sent and not described.
    schemas["CurrentlyPlayingContextObject"]["properties"]["smart_shuffle"] =
        json!({ "type": "boolean" });
    // Spec bug: `reason` is sent and was removed from the description.
    schemas["ErrorObject"]["properties"]["reason"] = json!({ "type": "string" });
}

/// Makes JSON Schema of all components.
fn translate_all(components: &mut Value) {
    for schema in components["schemas"].as_object_mut().expect("schemas").values_mut() {
        translate(schema, false);
    }
    for response in components["responses"].as_object_mut().expect("responses").values_mut() {
        if let Some(schema) = response.pointer_mut("/content/application~1json/schema") {
            translate(schema, true);
        }
    }
}

/// Makes JSON Schema of one schema of the description. Where it is `used`, and not named or
/// extended, it has no fields but those described.
fn translate(schema: &mut Value, used: bool) {
    let Some(schema) = schema.as_object_mut() else {
        return;
    };
    schema.remove("discriminator");
    schema.remove("example");
    if used && ["$ref", "allOf", "properties"].iter().any(|keyword| schema.contains_key(*keyword)) {
        schema.insert("unevaluatedProperties".to_owned(), json!(false));
    }
    drop_deprecated(schema);
    if let Some(properties) = schema.get_mut("properties").and_then(Value::as_object_mut) {
        properties.values_mut().for_each(|property| translate(property, true));
    }
    if let Some(items) = schema.get_mut("items") {
        translate(items, true);
    }
    for keyword in ["allOf", "oneOf"] {
        let parts = schema.get_mut(keyword).and_then(Value::as_array_mut);
        parts.into_iter().flatten().for_each(|part| translate(part, keyword == "oneOf"));
    }
    // Spec bug: `item`, `context`, `progress_ms` and `currently_playing` are nullable in words alone.
    let in_words = schema
        .get("description")
        .and_then(Value::as_str)
        .is_some_and(|text| text.contains("Can be `null`"));
    if schema.remove("nullable") == Some(json!(true)) || in_words {
        let whole = Value::Object(std::mem::take(schema));
        schema.insert("anyOf".to_owned(), json!([{ "type": "null" }, whole]));
    }
}

/// Takes out what development-mode apps no longer get: the one file describes both modes and only marks it.
fn drop_deprecated(schema: &mut Map<String, Value>) {
    let Some(properties) = schema.get_mut("properties").and_then(Value::as_object_mut) else {
        return;
    };
    let gone: Vec<String> = properties
        .iter()
        .filter(|(_, property)| property["deprecated"] == true)
        .map(|(name, _)| name.clone())
        .collect();
    properties.retain(|name, _| !gone.contains(name));
    if let Some(required) = schema.get_mut("required").and_then(Value::as_array_mut) {
        required.retain(|name| !gone.iter().any(|gone| name == gone));
    }
}
