#[derive(Provide)]
struct App {
    db: Db,
    #[provide(dyn Mailer)]
    mailer: Smtp,
    #[provide(skip)]
    secret: String,
}
