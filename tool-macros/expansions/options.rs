/// Sends a parcel.
#[tool(crate = ::tool_runtime, pure)]
async fn send_parcel(
    /// Where to.
    #[arg(rename = "postCode", alias = "zip", pattern = "^[0-9]{5}$", example = "10115")]
    post_code: &str,
    /// How heavy, in kilograms.
    #[arg(range(min = 0.1, max = 30), default = 1.0)]
    weight: f64,
    /// Marks on it.
    #[arg(default, length(max = 3))]
    marks: &[String],
    /// Until when.
    #[serde(with = "seconds")]
    #[schemars(with = "u64", extend("x-unit" = "s"))]
    #[arg(default = Duration::from_secs(60))]
    within: Duration,
    /// In which language.
    #[arg(default = "en")]
    #[deprecated]
    language: String,
) -> usize {
    post_code.len()
}
