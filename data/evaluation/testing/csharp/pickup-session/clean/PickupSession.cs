using System;
using System.Security.Cryptography;
using System.Threading.Tasks;
using Microsoft.AspNetCore.Http;

namespace PharmacyPickup.Web
{
    /// <summary>The customer's session between the order and the locker's code.</summary>
    public sealed class PickupSession
    {
        private const string CookieName = "pickup";
        private const int TokenBytes = 32;
        private static readonly TimeSpan Lifetime = TimeSpan.FromHours(2);

        private readonly ISessionStore _sessions;

        public PickupSession(ISessionStore sessions)
        {
            _sessions = sessions;
        }

        /// <summary>Starts a session; called once the customer's card was read.</summary>
        public async Task StartAsync(HttpResponse response, string customer)
        {
            string token = NewToken();
            await _sessions.PutAsync(token, customer, Lifetime);
            response.Cookies.Append(CookieName, token, new CookieOptions
            {
                Path = "/",
                HttpOnly = true,
                Secure = true,
                SameSite = SameSiteMode.Strict,
                MaxAge = Lifetime,
            });
        }

        /// <summary>The customer of a request, or null.</summary>
        public async Task<string> CustomerAsync(HttpRequest request)
        {
            string token = request.Cookies[CookieName];
            return string.IsNullOrEmpty(token) ? null : await _sessions.CustomerAsync(token);
        }

        private static string NewToken()
        {
            var bytes = new byte[TokenBytes];
            using (var random = RandomNumberGenerator.Create())
            {
                random.GetBytes(bytes);
            }

            return BitConverter.ToString(bytes).Replace("-", "");
        }
    }

    public interface ISessionStore
    {
        Task PutAsync(string token, string customer, TimeSpan lifetime);

        /// <summary>Null for a token that is unknown or over.</summary>
        Task<string> CustomerAsync(string token);
    }
}
