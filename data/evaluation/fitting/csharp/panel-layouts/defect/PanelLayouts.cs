using System;
using System.Collections.Generic;
using System.IO;
using System.Runtime.Serialization;
using System.Runtime.Serialization.Formatters.Binary;

namespace PlantMonitor.Panels
{
    /// <summary>A panel as an operator arranged it.</summary>
    [Serializable]
    public sealed class PanelLayout
    {
        public string Title { get; set; }

        public List<string> Gauges { get; set; }
    }

    /// <summary>Lets operators carry a layout from one plant to another in a file.</summary>
    public sealed class PanelLayouts
    {
        private const int LargestTitle = 80;

        private readonly BinaryFormatter _serializer = new BinaryFormatter();

        public void Export(PanelLayout layout, Stream download)
        {
            _serializer.Serialize(download, layout);
        }

        /// <summary>Reads a layout from the file that an operator chose.</summary>
        /// <exception cref="InvalidDataException">The file holds no layout.</exception>
        public PanelLayout Import(Stream upload)
        {
            object read;
            try
            {
                read = _serializer.Deserialize(upload);
            }
            catch (SerializationException failure)
            {
                throw new InvalidDataException("The file cannot be read.", failure);
            }

            if (!(read is PanelLayout layout) || layout.Gauges == null || string.IsNullOrWhiteSpace(layout.Title))
            {
                throw new InvalidDataException("The file holds no layout.");
            }

            if (layout.Title.Length > LargestTitle)
            {
                layout.Title = layout.Title.Substring(0, LargestTitle);
            }

            return layout;
        }
    }
}
