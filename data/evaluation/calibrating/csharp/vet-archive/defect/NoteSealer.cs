using System;
using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;

namespace Vetbook.Archive;

public sealed record SealedNote(int NoteId, byte[] Payload);

/// <summary>Seals treatment notes before they leave the practice for the shared archive.</summary>
/// <remarks>Payload layout: nonce (12), tag (16), ciphertext.</remarks>
public sealed class NoteSealer
{
    private const int NonceSize = 12;
    private const int TagSize = 16;
    private const int HeaderSize = NonceSize + TagSize;

    private readonly byte[] _key;

    public NoteSealer(byte[] key)
    {
        if (key is not { Length: 32 })
            throw new ArgumentException("A 256-bit key is required.", nameof(key));
        _key = (byte[])key.Clone();
    }

    /// <summary>Called on every save, so again each time a vet amends a note.</summary>
    public SealedNote Seal(int noteId, string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        var plain = Encoding.UTF8.GetBytes(text);
        var payload = new byte[HeaderSize + plain.Length];
        var nonce = payload.AsSpan(0, NonceSize);
        WriteNonce(nonce, noteId);

        using var aes = new AesGcm(_key, TagSize);
        aes.Encrypt(nonce, plain, payload.AsSpan(HeaderSize), payload.AsSpan(NonceSize, TagSize), NoteContext(noteId));
        return new SealedNote(noteId, payload);
    }

    public string Open(SealedNote note)
    {
        ArgumentNullException.ThrowIfNull(note);
        if (note.Payload.Length < HeaderSize)
            throw new CryptographicException("The sealed note is truncated.");

        ReadOnlySpan<byte> payload = note.Payload;
        var plain = new byte[payload.Length - HeaderSize];
        using var aes = new AesGcm(_key, TagSize);
        aes.Decrypt(payload[..NonceSize], payload[HeaderSize..], payload.Slice(NonceSize, TagSize), plain, NoteContext(note.NoteId));
        return Encoding.UTF8.GetString(plain);
    }

    private static void WriteNonce(Span<byte> nonce, int noteId)
    {
        nonce.Clear();
        BinaryPrimitives.WriteInt32BigEndian(nonce[^sizeof(int)..], noteId);
    }

    // Ties a ciphertext to its note, so that the archive cannot swap two of them.
    private static byte[] NoteContext(int noteId)
    {
        var context = new byte[sizeof(int)];
        BinaryPrimitives.WriteInt32BigEndian(context, noteId);
        return context;
    }
}
