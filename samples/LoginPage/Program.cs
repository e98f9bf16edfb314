await LoginPage.LoginSite.Create(args).RunAsync();
