#[automatically_derived]
impl ::tool_runtime::__private::Provide<Db> for App {
    fn provide(&self) -> &Db {
        &self.db
    }
}
#[automatically_derived]
impl ::tool_runtime::__private::Provide<(dyn Mailer + 'static)> for App {
    fn provide(&self) -> &(dyn Mailer + 'static) {
        &self.mailer
    }
}
