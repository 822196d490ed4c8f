//! The interface as OpenAPI: `proto/api/v1/openapi.json` is what [`document`] makes, and a test fails when it drifts.
//!
//! Bodies come from the wire's own types, statuses and words from its codes. A test asks the real router for each of these paths, so
//! that none is listed that is not served.

use quanji_wire::Code::{self, *};
use quanji_wire::{
    ADMIN_STATES, CHALLENGES, CHECKS, Challenge, ChallengeRequest, DOCUMENTS, ENROLMENTS, Enrolled, EnrolmentReply,
    EnrolmentRequest, FILES, HEADS, Kept, LinesKept, RECORDS, RecordStanding, Refusal, SESSIONS, Session, States,
};
use std::collections::BTreeMap;
use utoipa::openapi::path::{HttpMethod, Operation, OperationBuilder, Parameter, ParameterBuilder, ParameterIn};
use utoipa::openapi::request_body::RequestBodyBuilder;
use utoipa::openapi::response::{ResponseBuilder, ResponsesBuilder};
use utoipa::openapi::schema::{Components, ComponentsBuilder, ObjectBuilder, Type};
use utoipa::openapi::security::{HttpAuthScheme, HttpBuilder, SecurityRequirement, SecurityScheme};
use utoipa::openapi::{Content, Header, Info, OpenApi, Paths, Ref, Required};
use utoipa::{PartialSchema, ToSchema};

/// Who may ask.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Asker {
    Anyone,
    Device,
    Administrator,
}

/// A body by what it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Form {
    None,
    /// A JSON body of the wire, by its schema's name.
    Json(&'static str),
    /// Lines, notes and other text.
    Text,
    /// A file's bytes.
    Bytes,
    Html,
}

/// One endpoint.
#[derive(Debug)]
pub struct Endpoint {
    pub method: &'static str,
    pub path: String,
    pub asker: Asker,
    summary: &'static str,
    asks: Form,
    answers: (u16, Form),
    codes: &'static [Code],
}

const HTTP: [(&str, HttpMethod); 5] = [
    ("GET", HttpMethod::Get),
    ("POST", HttpMethod::Post),
    ("HEAD", HttpMethod::Head),
    ("PATCH", HttpMethod::Patch),
    ("OPTIONS", HttpMethod::Options),
];

/// What each request may be refused with besides its own codes.
const ALWAYS: &[Code] = &[RequestMalformed, TooManyRequests, Unavailable, Internal];
const BODY_CODES: &[Code] = &[BodyMalformed, BodyTooLarge, BodyTooSlow];
const LINES_CODES: &[Code] =
    &[RecordUnknown, RecordMismatch, DeviceMismatch, LinesGap, LineConflict, LineInvalid, Busy];
const WRITE_CODES: &[Code] = &[
    TusVersion,
    MediaType,
    OffsetMismatch,
    ChecksumMismatch,
    ChecksumUnsupported,
    DigestMismatch,
    UploadUnknown,
    UploadExpired,
    UploadBusy,
    Busy,
    BodyTooLong,
    BodyTooSlow,
    BodyMalformed,
    StorageFull,
];
const CREATE_CODES: &[Code] = &[
    TusVersion,
    MediaType,
    LengthMissing,
    DigestMissing,
    LengthMismatch,
    FileTooLarge,
    ChecksumMismatch,
    ChecksumUnsupported,
    DigestMismatch,
    UploadBusy,
    Busy,
    BodyTooLong,
    BodyTooSlow,
    BodyMalformed,
    StorageFull,
];

/// Every endpoint of the interface.
pub fn endpoints() -> Vec<Endpoint> {
    use Asker::{Administrator, Anyone, Device};
    use Form::{Bytes, Html, Json, None, Text};
    let record = format!("{RECORDS}/{{record}}");
    let file = format!("{FILES}/{{digest}}");
    let all: [(_, String, _, _, _, _, &[Code]); 19] = [
        (
            "POST",
            ENROLMENTS.into(),
            Anyone,
            "Enrols a device by a code, both sides authenticated",
            Json("EnrolmentRequest"),
            (200, Json("EnrolmentReply")),
            &[CodeUnknown, CodeExpired, CodeUsed, CodeSpent, MacInvalid, SignatureInvalid, DeviceKnown, DeviceRevoked],
        ),
        (
            "POST",
            CHALLENGES.into(),
            Anyone,
            "Asks for a challenge to sign",
            Json("ChallengeRequest"),
            (200, Json("Challenge")),
            &[],
        ),
        (
            "POST",
            SESSIONS.into(),
            Anyone,
            "Opens a session by a line that the device signed",
            Text,
            (200, Json("Session")),
            &[ChallengeInvalid, SignatureInvalid, DeviceUnknown, DeviceRevoked, AgencyMismatch, KeysetAhead],
        ),
        (
            "POST",
            format!("{record}/lines"),
            Device,
            "Takes signed lines of a journal, from seq `from` on",
            Text,
            (200, Json("LinesKept")),
            LINES_CODES,
        ),
        (
            "POST",
            HEADS.into(),
            Device,
            "Takes live heads: lines ahead of their turn",
            Text,
            (200, Json("Kept")),
            &[RecordUnknown, LineInvalid],
        ),
        (
            "POST",
            CHECKS.into(),
            Device,
            "Takes checks before duty: lines that the device signed, of no record",
            Text,
            (200, Json("Kept")),
            &[DeviceMismatch, SignatureInvalid],
        ),
        (
            "POST",
            format!("{record}/private"),
            Device,
            "Takes lines of private values",
            Text,
            (200, Json("Kept")),
            &[RecordUnknown, PrivateConflict, PrivateMismatch],
        ),
        (
            "GET",
            record.clone(),
            Device,
            "Says what is held of a record and what is missing",
            None,
            (200, Json("RecordStanding")),
            &[RecordUnknown],
        ),
        (
            "GET",
            format!("{record}/receipts"),
            Device,
            "Gives the receipts from number `from` on; waits `wait_s` for the first",
            None,
            (200, Text),
            &[RecordUnknown],
        ),
        ("OPTIONS", FILES.into(), Anyone, "Says what of tus 1.0 is spoken", None, (204, None), &[]),
        (
            "POST",
            FILES.into(),
            Device,
            "Begins an upload (tus creation, creation-with-upload)",
            Bytes,
            (201, None),
            CREATE_CODES,
        ),
        (
            "HEAD",
            file.clone(),
            Device,
            "Says how much of an upload is held (tus)",
            None,
            (200, None),
            &[TusVersion, UploadUnknown, UploadExpired, UploadBusy],
        ),
        ("PATCH", file, Device, "Goes on with an upload (tus)", Bytes, (204, None), WRITE_CODES),
        (
            "GET",
            format!("{DOCUMENTS}/{{digest}}"),
            Device,
            "Gives a document of the agency: its signed header line, and the body behind it",
            None,
            (200, Bytes),
            &[DocumentUnknown],
        ),
        (
            "GET",
            ADMIN_STATES.into(),
            Administrator,
            "Lists what is amiss, by `code` and `record`",
            None,
            (200, Json("States")),
            &[],
        ),
        ("GET", "/healthz".into(), Anyone, "The process answers", None, (200, Text), &[]),
        (
            "GET",
            "/readyz".into(),
            Anyone,
            "Database, storage and clock are usable; 503 says which is not",
            None,
            (200, Text),
            &[],
        ),
        ("GET", "/metrics".into(), Administrator, "Prometheus metrics", None, (200, Text), &[]),
        (
            "GET",
            "/".into(),
            Anyone,
            "The agency's page; without a cookie it leads to the form that takes the administrator's token",
            None,
            (200, Html),
            &[],
        ),
    ];
    all.into_iter()
        .map(|(method, path, asker, summary, asks, answers, codes)| Endpoint {
            method,
            path,
            asker,
            summary,
            asks,
            answers,
            codes,
        })
        .collect()
}

/// The whole document.
pub fn document() -> OpenApi {
    let mut paths = Paths::new();
    for endpoint in endpoints() {
        let methods = HTTP.into_iter().filter(|(word, _)| *word == endpoint.method).map(|(_, method)| method).collect();
        paths.add_path_operation(&endpoint.path, methods, operation(&endpoint));
    }
    let mut info = Info::new("Quanji: the agency's interface", "1");
    info.description = Some(
        "How a phone, or any tus client, hands records to the agency. API.md beside this file says what each request means; errors.json has a sentence for each code.".into(),
    );
    let mut document = OpenApi::new(info, paths);
    document.components = Some(components());
    document
}

/// [`document`] as the file that is committed.
pub fn text() -> Result<String, serde_json::Error> {
    Ok(document().to_pretty_json()? + "\n")
}

fn components() -> Components {
    let mut schemas = Vec::new();
    macro_rules! with {
        ($($body:ty),*) => { $(
            schemas.push((<$body as ToSchema>::name().into_owned(), <$body as PartialSchema>::schema()));
            <$body as ToSchema>::schemas(&mut schemas);
        )* };
    }
    with!(
        Refusal,
        EnrolmentRequest,
        EnrolmentReply,
        Enrolled,
        ChallengeRequest,
        Challenge,
        Session,
        LinesKept,
        Kept,
        RecordStanding,
        States
    );
    let bearer = |says: &str| {
        SecurityScheme::Http(HttpBuilder::new().scheme(HttpAuthScheme::Bearer).description(Some(says)).build())
    };
    ComponentsBuilder::new()
        .schemas_from_iter(schemas)
        .security_scheme("device", bearer("The token of a session; at most an hour"))
        .security_scheme("administrator", bearer("The token that `quanji-agency init` printed"))
        .build()
}

fn operation(endpoint: &Endpoint) -> Operation {
    let mut operation = OperationBuilder::new().summary(Some(endpoint.summary));
    for parameter in parameters(endpoint) {
        operation = operation.parameter(parameter);
    }
    if let Some((media, content)) = content(endpoint.asks) {
        let required = if endpoint.path == FILES { Required::False } else { Required::True };
        operation = operation
            .request_body(Some(RequestBodyBuilder::new().content(media, content).required(Some(required)).build()));
    }
    match endpoint.asker {
        Asker::Anyone => {}
        Asker::Device => operation = operation.security(SecurityRequirement::new("device", Vec::<String>::new())),
        Asker::Administrator => {
            operation = operation.security(SecurityRequirement::new("administrator", Vec::<String>::new()));
        }
    }
    operation.responses(responses(endpoint)).build()
}

fn responses(endpoint: &Endpoint) -> utoipa::openapi::response::Responses {
    let (status, form) = endpoint.answers;
    let mut answer = ResponseBuilder::new().description("done");
    if let Some((media, content)) = content(form) {
        answer = answer.content(media, content);
    }
    for name in answer_headers(endpoint) {
        answer = answer.header(*name, Header::new(ObjectBuilder::new().schema_type(Type::String)));
    }
    let mut responses = ResponsesBuilder::new().response(status.to_string(), answer.build());
    let mut by_status: BTreeMap<u16, Vec<Code>> = BTreeMap::new();
    let is_health = matches!(endpoint.path.as_str(), "/healthz" | "/readyz" | "/");
    let always = if is_health { &[] } else { ALWAYS };
    let token: &[Code] = match endpoint.asker {
        Asker::Anyone => &[],
        Asker::Administrator => &[TokenMissing, TokenInvalid],
        Asker::Device => &[TokenMissing, TokenInvalid, DeviceRevoked],
    };
    // What has a body that is no file is bounded alike.
    let body: &[Code] = if matches!(endpoint.asks, Form::Json(_) | Form::Text) { BODY_CODES } else { &[] };
    for code in endpoint.codes.iter().chain(body).chain(always).chain(token) {
        by_status.entry(code.status()).or_default().push(*code);
    }
    for (status, codes) in by_status {
        let says = codes.iter().map(|code| code.word()).collect::<Vec<_>>().join(", ");
        let refusal = ResponseBuilder::new()
            .description(says)
            .content("application/json", Content::new(Some(Ref::from_schema_name("Refusal"))));
        responses = responses.response(status.to_string(), refusal.build());
    }
    responses.build()
}

fn content(form: Form) -> Option<(&'static str, Content)> {
    let text = || ObjectBuilder::new().schema_type(Type::String);
    match form {
        Form::None => None,
        Form::Json(name) => Some(("application/json", Content::new(Some(Ref::from_schema_name(name))))),
        Form::Text => Some(("text/plain", Content::new(Some(text())))),
        Form::Html => Some(("text/html", Content::new(Some(text())))),
        Form::Bytes => Some(("application/offset+octet-stream", Content::new(Some(text())))),
    }
}

fn parameters(endpoint: &Endpoint) -> Vec<Parameter> {
    let make = |name: &str, place: ParameterIn, required: Required| {
        let schema = ObjectBuilder::new().schema_type(Type::String);
        ParameterBuilder::new().name(name).parameter_in(place).required(required).schema(Some(schema)).build()
    };
    let mut parameters = Vec::new();
    for name in ["record", "digest"] {
        if endpoint.path.contains(&format!("{{{name}}}")) {
            parameters.push(make(name, ParameterIn::Path, Required::True));
        }
    }
    let query: &[(&str, Required)] = match endpoint.path.rsplit('/').next() {
        Some("lines") => &[("from", Required::True)],
        Some("receipts") => &[("from", Required::False), ("wait_s", Required::False)],
        Some("states") => &[("code", Required::False), ("record", Required::False)],
        _ => &[],
    };
    parameters.extend(query.iter().map(|(name, required)| make(name, ParameterIn::Query, required.clone())));
    let headers: &[(&str, Required)] = match (endpoint.method, endpoint.path.starts_with(FILES)) {
        ("POST", true) => &[
            ("Tus-Resumable", Required::True),
            ("Upload-Length", Required::True),
            ("Upload-Metadata", Required::True),
            ("Upload-Checksum", Required::False),
        ],
        ("PATCH", true) => &[
            ("Tus-Resumable", Required::True),
            ("Upload-Offset", Required::True),
            ("Upload-Checksum", Required::False),
        ],
        ("HEAD", true) => &[("Tus-Resumable", Required::True)],
        _ => &[],
    };
    parameters.extend(headers.iter().map(|(name, required)| make(name, ParameterIn::Header, required.clone())));
    parameters
}

fn answer_headers(endpoint: &Endpoint) -> &'static [&'static str] {
    match (endpoint.method, endpoint.path.starts_with(FILES)) {
        ("OPTIONS", true) => &["Tus-Version", "Tus-Extension", "Tus-Max-Size", "Tus-Checksum-Algorithm"],
        ("POST", true) => &["Tus-Resumable", "Location", "Upload-Offset", "Upload-Expires"],
        ("HEAD", true) => &["Tus-Resumable", "Upload-Offset", "Upload-Length", "Upload-Expires", "Cache-Control"],
        ("PATCH", true) => &["Tus-Resumable", "Upload-Offset", "Upload-Expires"],
        _ => &[],
    }
}
