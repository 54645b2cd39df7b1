using System.ComponentModel.DataAnnotations;
using System.Threading.Tasks;
using FerryDesk.Accounts;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Identity;
using Microsoft.AspNetCore.Mvc;

namespace FerryDesk.Web.Controllers;

public sealed class SignInForm
{
    [Required, EmailAddress]
    public string Email { get; set; } = "";

    [Required, DataType(DataType.Password)]
    public string Password { get; set; } = "";

    public bool StaySignedIn { get; set; }

    public string? ReturnUrl { get; set; }
}

[AllowAnonymous]
[Route("sign-in")]
public sealed class SignInController : Controller
{
    private const string Home = "/crossings";
    private readonly SignInManager<Passenger> _signIn;

    public SignInController(SignInManager<Passenger> signIn) => _signIn = signIn;

    [HttpGet("")]
    public IActionResult Show(string? returnUrl)
    {
        // Happens when an old tab is reloaded after signing in elsewhere.
        if (_signIn.IsSignedIn(User))
            return Redirect(returnUrl ?? Home);

        return View(new SignInForm { ReturnUrl = returnUrl });
    }

    [HttpPost("")]
    [ValidateAntiForgeryToken]
    public async Task<IActionResult> Submit(SignInForm form)
    {
        if (!ModelState.IsValid)
            return View(nameof(Show), form);

        var result = await _signIn.PasswordSignInAsync(
            form.Email, form.Password, form.StaySignedIn, lockoutOnFailure: true);
        if (result.Succeeded)
            return Continue(form.ReturnUrl);

        ModelState.AddModelError("", "We could not sign you in. After several attempts, please wait a while.");
        return View(nameof(Show), form);
    }

    private IActionResult Continue(string? target) =>
        Url.IsLocalUrl(target) ? Redirect(target!) : Redirect(Home);
}
