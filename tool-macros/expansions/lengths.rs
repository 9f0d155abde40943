/// Measures texts.
#[tool(pure, inline)]
fn lengths(
    /// The texts.
    texts: &[String],
    /// Whether to count characters and not bytes.
    mut characters: Option<bool>,
) -> Vec<usize> {
    texts.iter().map(|text| text.len()).collect()
}
