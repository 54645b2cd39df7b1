using System;
using System.Collections.Generic;
using System.Data;

namespace SpareParts.Catalogue
{
    /// <summary>Searches the parts that dealers can order.</summary>
    public sealed class PartSearch
    {
        private readonly Func<IDbConnection> _connect;

        /// <param name="connect">Gives an open connection.</param>
        public PartSearch(Func<IDbConnection> connect)
        {
            _connect = connect;
        }

        /// <summary>Numbers of the parts of some models whose name holds the word the dealer typed.</summary>
        public IReadOnlyList<string> Find(IReadOnlyList<string> models, string word)
        {
            var found = new List<string>();
            if (models.Count == 0)
            {
                return found;
            }

            using (IDbConnection connection = _connect())
            using (IDbCommand command = connection.CreateCommand())
            {
                var places = new List<string>();
                for (int i = 0; i < models.Count; i++)
                {
                    places.Add("@model" + i);
                    AddParameter(command, "@model" + i, models[i]);
                }

                command.CommandText = "SELECT number FROM part WHERE model IN (" + string.Join(", ", places)
                    + ") AND name LIKE '%" + word + "%' ORDER BY number";
                using (IDataReader reader = command.ExecuteReader())
                {
                    while (reader.Read())
                    {
                        found.Add(reader.GetString(0));
                    }
                }
            }

            return found;
        }

        private static void AddParameter(IDbCommand command, string name, string value)
        {
            IDbDataParameter parameter = command.CreateParameter();
            parameter.ParameterName = name;
            parameter.DbType = DbType.String;
            parameter.Value = value;
            command.Parameters.Add(parameter);
        }
    }
}
