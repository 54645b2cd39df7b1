using System;
using System.Collections.Generic;
using System.Globalization;
using System.Linq;
using System.Xml;

namespace LibraryKiosk.Access
{
    /// <summary>Looks up readers in the card file that the main library sends each night.</summary>
    public sealed class ReaderCards
    {
        private readonly XmlDocument _cards;

        public ReaderCards(XmlDocument cards)
        {
            _cards = cards ?? throw new ArgumentNullException(nameof(cards));
        }

        /// <summary>
        /// The reader's number if card and surname, as typed at the kiosk, belong together; else null.
        /// </summary>
        public string NumberOf(string card, string surname)
        {
            if (string.IsNullOrEmpty(card) || string.IsNullOrEmpty(surname))
            {
                return null;
            }

            XmlElement reader = Readers("/cards/reader[@card and @surname]")
                .FirstOrDefault(r => r.GetAttribute("card") == card && r.GetAttribute("surname") == surname);
            return reader?.GetAttribute("number");
        }

        /// <summary>Numbers of the readers whose card is valid up to the given day at most.</summary>
        public IReadOnlyList<string> ExpiringUntil(DateTime day)
        {
            string last = day.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture);
            return Readers("/cards/reader[@valid]")
                .Where(r => string.CompareOrdinal(r.GetAttribute("valid"), last) <= 0)
                .Select(r => r.GetAttribute("number"))
                .ToList();
        }

        private IEnumerable<XmlElement> Readers(string path)
        {
            return _cards.SelectNodes(path).Cast<XmlElement>();
        }
    }
}
