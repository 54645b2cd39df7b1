using System;
using System.IO;
using System.Linq;
using System.Security.Cryptography;
using System.Text;

namespace BadgePrinter.Security
{
    /// <summary>Encrypts the records that a badge carries and seals them with a second key.</summary>
    public sealed class BadgeCipher
    {
        private const int BlockBytes = 16;
        private const int SealBytes = 32;

        private readonly byte[] _encryptionKey;
        private readonly byte[] _sealKey;

        public BadgeCipher(byte[] encryptionKey, byte[] sealKey)
        {
            _encryptionKey = (byte[])encryptionKey.Clone();
            _sealKey = (byte[])sealKey.Clone();
        }

        /// <summary>The initialisation vector, the encrypted record and the seal over both.</summary>
        public byte[] Encrypt(string record)
        {
            using (Aes aes = CreateAes())
            using (ICryptoTransform encryptor = aes.CreateEncryptor())
            {
                byte[] text = Encoding.UTF8.GetBytes(record);
                byte[] body = aes.IV.Concat(encryptor.TransformFinalBlock(text, 0, text.Length)).ToArray();
                return body.Concat(Seal(body)).ToArray();
            }
        }

        /// <exception cref="InvalidDataException">The badge was not written with these keys.</exception>
        public string Decrypt(byte[] badge)
        {
            int sealedBytes = badge.Length - SealBytes;
            byte[] seal = badge.Skip(sealedBytes).ToArray();
            if (sealedBytes < 2 * BlockBytes || !SameBytes(Seal(badge.Take(sealedBytes).ToArray()), seal))
            {
                throw new InvalidDataException("The seal is broken.");
            }

            using (Aes aes = CreateAes())
            {
                aes.IV = badge.Take(BlockBytes).ToArray();
                using (ICryptoTransform decryptor = aes.CreateDecryptor())
                {
                    byte[] text = decryptor.TransformFinalBlock(badge, BlockBytes, sealedBytes - BlockBytes);
                    return Encoding.UTF8.GetString(text);
                }
            }
        }

        private Aes CreateAes()
        {
            Aes aes = Aes.Create();
            aes.Key = _encryptionKey;
            aes.Mode = CipherMode.CBC;
            return aes;
        }

        private byte[] Seal(byte[] body)
        {
            using (var mac = new HMACSHA256(_sealKey)) { return mac.ComputeHash(body); }
        }

        private static bool SameBytes(byte[] left, byte[] right)
        {
            int difference = left.Length ^ right.Length;
            return left.Zip(right, (a, b) => a ^ b).Aggregate(difference, (all, bits) => all | bits) == 0;
        }
    }
}
