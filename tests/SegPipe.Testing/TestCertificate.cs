using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace SegPipe.Testing;

/// <summary>A certificate as cameras have them: signed by itself.</summary>
public static class TestCertificate
{
    /// <summary>Writes <c>cert.pem</c> and <c>key.pem</c> and gives their paths.</summary>
    public static (string Certificate, string Key) Write(TemporaryFolder folder)
    {
        using var key = RSA.Create(2048);
        var request = new CertificateRequest("CN=camera", key, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1);
        using var certificate = request.CreateSelfSigned(TimeProvider.System.GetUtcNow().AddDays(-1), TimeProvider.System.GetUtcNow().AddDays(1));
        File.WriteAllText(folder["cert.pem"], certificate.ExportCertificatePem());
        File.WriteAllText(folder["key.pem"], key.ExportPkcs8PrivateKeyPem());
        return (folder["cert.pem"], folder["key.pem"]);
    }
}
