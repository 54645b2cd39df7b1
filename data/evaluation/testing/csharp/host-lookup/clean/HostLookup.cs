using System;
using System.Collections.Generic;
using System.DirectoryServices;
using System.Text;

namespace VisitorBadges.Directory
{
    /// <summary>Finds the employee a visitor came to see; asked by the terminal in the lobby.</summary>
    public sealed class HostLookup
    {
        private const string Visible = "(objectCategory=person)(lobbyVisible=TRUE)";

        private readonly string _root;

        public HostLookup(string root)
        {
            _root = root;
        }

        /// <summary>Names that begin as the visitor typed.</summary>
        public IReadOnlyList<string> Suggest(string typed)
        {
            return string.IsNullOrWhiteSpace(typed)
                ? Array.Empty<string>()
                : Names($"(&{Visible}(displayName={Escape(typed)}*))");
        }

        /// <summary>Name of the employee with a mail address, null where there is not just one.</summary>
        public string ByMail(string mail)
        {
            if (string.IsNullOrWhiteSpace(mail))
            {
                return null;
            }

            IReadOnlyList<string> names = Names($"(&{Visible}(mail={Escape(mail.Trim())}))");
            return names.Count == 1 ? names[0] : null;
        }

        private IReadOnlyList<string> Names(string filter)
        {
            using (var root = new DirectoryEntry(_root))
            using (var searcher = new DirectorySearcher(root, filter, new[] { "displayName" }))
            using (SearchResultCollection results = searcher.FindAll())
            {
                var names = new List<string>();
                foreach (SearchResult result in results)
                {
                    if (result.Properties["displayName"].Count > 0)
                    {
                        names.Add((string)result.Properties["displayName"][0]);
                    }
                }

                return names;
            }
        }

        private static string Escape(string value)
        {
            var escaped = new StringBuilder(value.Length + 8);
            foreach (char c in value)
            {
                escaped.Append("\\*()\0".IndexOf(c) < 0 ? c.ToString() : "\\" + ((int)c).ToString("x2"));
            }

            return escaped.ToString();
        }
    }
}
