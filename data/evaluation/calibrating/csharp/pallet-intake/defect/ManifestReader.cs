using System;
using System.Collections.Generic;
using System.Globalization;
using System.IO;
using System.Xml;

namespace ColdStore.Intake
{
    public sealed class PalletLine
    {
        public PalletLine(string sku, int crates)
        {
            Sku = sku;
            Crates = crates;
        }

        public string Sku { get; }
        public int Crates { get; }
    }

    /// <summary>Reads the delivery manifests that growers upload through the intake portal.</summary>
    public sealed class ManifestReader
    {
        private const int MaxLines = 2000;
        private const int MaxCratesPerPallet = 120;

        public IReadOnlyList<PalletLine> Read(Stream upload)
        {
            if (upload == null)
                throw new ArgumentNullException(nameof(upload));

            // Two growers still send a DOCTYPE in front of the manifest.
            var settings = new XmlReaderSettings
            {
                DtdProcessing = DtdProcessing.Parse,
                XmlResolver = new XmlUrlResolver(),
                MaxCharactersFromEntities = 4096,
                MaxCharactersInDocument = 2000000,
                IgnoreComments = true,
                IgnoreWhitespace = true,
            };

            var lines = new List<PalletLine>();
            using (var reader = XmlReader.Create(upload, settings))
            {
                while (reader.ReadToFollowing("pallet"))
                {
                    if (lines.Count == MaxLines)
                        throw new InvalidDataException("The manifest has too many pallets.");
                    lines.Add(ReadPallet(reader));
                }
            }
            return lines;
        }

        private static PalletLine ReadPallet(XmlReader reader)
        {
            var sku = reader.GetAttribute("sku");
            if (string.IsNullOrWhiteSpace(sku))
                throw new InvalidDataException("A pallet has no sku.");

            int crates;
            var text = reader.GetAttribute("crates");
            if (!int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out crates)
                || crates < 1 || crates > MaxCratesPerPallet)
                throw new InvalidDataException("Pallet " + sku + " has no valid number of crates.");

            return new PalletLine(sku.Trim(), crates);
        }
    }
}
