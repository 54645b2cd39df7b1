using System.Collections.Generic;
using System.Globalization;
using System.IO;
using System.Linq;
using System.Xml;
using System.Xml.Linq;

namespace TaxFiling.Intake
{
    /// <summary>Reads returns that taxpayers upload; the forms of most programs carry a DOCTYPE.</summary>
    public static class TaxReturnReader
    {
        private const long MostCharacters = 4 * 1024 * 1024;

        /// <summary>The amounts of a return in the order of its lines.</summary>
        /// <exception cref="InvalidDataException">The upload is no return.</exception>
        public static IReadOnlyList<FormLine> Read(Stream upload)
        {
            var settings = new XmlReaderSettings
            {
                IgnoreComments = true,
                IgnoreWhitespace = true,
                MaxCharactersInDocument = MostCharacters,
                MaxCharactersFromEntities = 1024,
                DtdProcessing = DtdProcessing.Ignore,
                XmlResolver = null,
            };
            try
            {
                using (XmlReader reader = XmlReader.Create(upload, settings))
                {
                    return XDocument.Load(reader).Descendants("line").Select(ReadLine).ToList();
                }
            }
            catch (XmlException failure)
            {
                throw new InvalidDataException("The upload is not well formed.", failure);
            }
        }

        private static FormLine ReadLine(XElement line)
        {
            string code = (string)line.Attribute("code") ?? "";
            string figure = (string)line.Attribute("amount");
            if (!decimal.TryParse(figure, NumberStyles.Number, CultureInfo.InvariantCulture, out decimal amount))
            {
                throw new InvalidDataException("Line " + code + " has no amount.");
            }

            return new FormLine(code, line.Value.Trim(), amount);
        }
    }

    public sealed class FormLine
    {
        public FormLine(string code, string note, decimal amount)
        {
            Code = code;
            Note = note;
            Amount = amount;
        }

        public string Code { get; }

        public string Note { get; }

        public decimal Amount { get; }
    }
}
