/// Says what the weather is like.
#[tool(pure, output_schema)]
async fn get_weather(
    /// Which city.
    city: &str,
    #[state] stations: &Stations,
) -> Result<Weather, Unknown> {
    stations.weather(city).await
}
