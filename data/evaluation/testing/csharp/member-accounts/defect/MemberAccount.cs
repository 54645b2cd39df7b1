using System;
using System.Linq;
using System.Security.Cryptography;
using System.Text;

namespace RowingClub.Members
{
    /// <summary>A member's account on the club's booking page.</summary>
    public sealed class MemberAccount
    {
        private const int SaltBytes = 16;

        private byte[] _salt;
        private byte[] _password;

        public MemberAccount(string mail, string password)
        {
            Mail = mail ?? throw new ArgumentNullException(nameof(mail));
            ChangePassword(password);
        }

        public string Mail { get; }

        /// <summary>The picture that Gravatar has for the member; it goes by the MD5 of the address.</summary>
        public Uri Picture
        {
            get
            {
                using (var md5 = MD5.Create())
                {
                    byte[] name = md5.ComputeHash(Encoding.UTF8.GetBytes(Mail.Trim().ToLowerInvariant()));
                    string hex = string.Concat(name.Select(b => b.ToString("x2")));
                    return new Uri("https://www.gravatar.com/avatar/" + hex);
                }
            }
        }

        public void ChangePassword(string password)
        {
            var salt = new byte[SaltBytes];
            using (var random = RandomNumberGenerator.Create())
            {
                random.GetBytes(salt);
            }

            _password = Derive(password, salt);
            _salt = salt;
        }

        public bool HasPassword(string attempt)
        {
            byte[] derived = Derive(attempt, _salt);
            return derived.Zip(_password, (a, b) => a ^ b).Aggregate(0, (all, bits) => all | bits) == 0;
        }

        private static byte[] Derive(string password, byte[] salt)
        {
            using (var sha = SHA1.Create())
            {
                return sha.ComputeHash(salt.Concat(Encoding.UTF8.GetBytes(password)).ToArray());
            }
        }
    }
}
