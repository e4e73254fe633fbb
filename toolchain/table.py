"""Every binary, once: version, use, checksums and the places it comes from.

`mirror_sha256` are checksums of archives that were built from the Go modules below and tested; they are pinned here
because a mirror is somebody else's disk. The vendors' archives carry no pin yet: their checksums could not be verified
when this table was written, so a download is checked against the checksum file the vendor publishes beside the
release. That protects against a truncated or corrupted download, not against a vendor's account taken over.
"""

from toolchain.binary import Binary, GoModule, OnPath, Use, VendorRelease

_GITHUB = "https://github.com"
_PULUMI_RELEASE = f"{_GITHUB}/pulumi/pulumi/releases/download/v{{version}}"
_KUBERNETES_RELEASE = "https://dl.k8s.io/v{version}/bin/{os}/{arch}"
_LOCAL = frozenset({Use.LOCAL})
_RIG = frozenset({Use.KUBERNETES_RIG})
_OBSERVABILITY = frozenset({Use.OBSERVABILITY})


def _kubernetes(name: str, sha256: str, minutes: float) -> Binary:
    """One of the Kubernetes control plane's binaries; they differ by name only."""
    version = "1.36.1"
    url = f"{_KUBERNETES_RELEASE}/{name}"
    component = "k8s.io/component-base/version"
    return Binary(
        name=name,
        version=version,
        uses=_RIG,
        files=(name,),
        on_path=OnPath(("--version",), r"Kubernetes v(\S+)"),
        # Kubernetes publishes server binaries for Linux only; elsewhere the URL answers 404.
        vendor=VendorRelease(url=url, checksums_url=f"{url}.sha256"),
        go=GoModule(
            folder="kubernetes",
            package=f"k8s.io/kubernetes/cmd/{name}",
            minutes=minutes,
            stamps=(
                f"{component}.gitVersion=v{version}",
                f"{component}.gitMajor=1",
                f"{component}.gitMinor=36",
            ),
        ),
        mirror_sha256={"linux-amd64": sha256},
    )


def _prometheus(name: str, sha256: str) -> Binary:
    """Prometheus or promtool: two executables of one release."""
    release = f"{_GITHUB}/prometheus/prometheus/releases/download/v{{version}}"
    return Binary(
        name=name,
        version="3.7.3",
        uses=_OBSERVABILITY,
        files=(name,),
        on_path=OnPath(("--version",), rf"{name}, version (\S+)"),
        vendor=VendorRelease(
            url=f"{release}/prometheus-{{version}}.{{os}}-{{arch}}.tar.gz",
            checksums_url=f"{release}/sha256sums.txt",
            member=f"prometheus-{{version}}.{{os}}-{{arch}}/{name}",
        ),
        go=GoModule(
            folder="prometheus",
            package=f"github.com/prometheus/prometheus/cmd/{name}",
            minutes=10,
            stamps=("github.com/prometheus/common/version.Version=3.7.3",),
        ),
        mirror_sha256={"linux-amd64": sha256},
    )


_PULUMI = Binary(
    name="pulumi",
    version="3.250.0",
    uses=_LOCAL,
    files=("pulumi",),
    on_path=OnPath(("version",), r"v?(\d\S*)", newer_allowed=True),
    vendor=VendorRelease(
        url=f"{_PULUMI_RELEASE}/pulumi-v{{version}}-{{os}}-{{pulumi_arch}}.tar.gz",
        checksums_url=f"{_PULUMI_RELEASE}/pulumi-{{version}}-checksums.txt",
        member="pulumi/pulumi",
        # The vendor's own language host: with it beside the CLI our stand-in is not used.
        companions=(
            "pulumi/pulumi-language-python",
            "pulumi/pulumi-language-python-exec",
            "pulumi/pulumi-resource-pulumi-python",
            "pulumi/pulumi-analyzer-policy-python",
        ),
    ),
    go=GoModule(
        folder="pulumi",
        package="github.com/pulumi/pulumi/pkg/v3/cmd/pulumi",
        minutes=7.5,
        stamps=("github.com/pulumi/pulumi/sdk/v3/go/common/version.Version=3.250.0",),
    ),
    mirror_sha256={"linux-amd64": "92a818f702559c95f465af936112d7c337741ba29e3a01f69e8e101322947618"},
)

# The launchers carry no version, so a copy on PATH cannot be checked and is not taken.
_PULUMI_PYTHON_SCRIPTS = Binary(
    name="pulumi-python-scripts",
    version="3.250.0",
    uses=_LOCAL,
    files=("pulumi-language-python-exec", "pulumi-resource-pulumi-python"),
    on_path=None,
    vendor=VendorRelease(
        url=f"{_PULUMI_RELEASE}/pulumi-v{{version}}-{{os}}-{{pulumi_arch}}.tar.gz",
        checksums_url=f"{_PULUMI_RELEASE}/pulumi-{{version}}-checksums.txt",
        member="pulumi/",
    ),
    go=GoModule(
        folder="pulumi",
        package="github.com/pulumi/pulumi/sdk/v3",
        minutes=0.2,
        module_files=("python/cmd/pulumi-language-python-exec", "python/dist/pulumi-resource-pulumi-python"),
    ),
    mirror_sha256={"linux-amd64": "760b2b390f3bda0f9e9e37b993104ae96dcc04ad675ab88e681d55b38e610e58"},
)

_WEAVIATE_RELEASE = f"{_GITHUB}/weaviate/weaviate/releases/download/v{{version}}"
_WEAVIATE = Binary(
    name="weaviate-server",
    version="1.37.2",
    uses=_LOCAL,
    files=("weaviate-server",),
    # Weaviate has no argument that prints its version and exits.
    on_path=None,
    vendor=VendorRelease(
        url=f"{_WEAVIATE_RELEASE}/weaviate-v{{version}}-{{os}}-{{arch}}.tar.gz",
        checksums_url=f"{_WEAVIATE_RELEASE}/weaviate-v{{version}}-{{os}}-{{arch}}.tar.gz.sha256",
        member="weaviate",
    ),
    go=GoModule(
        folder="weaviate-server",
        package="github.com/weaviate/weaviate/cmd/weaviate-server",
        minutes=7,
    ),
    mirror_sha256={"linux-amd64": "0f666c7b85b5c25df1bba88ea9dc53cb7ba5b6347e420249f5bd2bc1f262a53f"},
)

_KUBERNETES_PROVIDER_RELEASE = f"{_GITHUB}/pulumi/pulumi-kubernetes/releases/download/v{{version}}"
_KUBERNETES_PROVIDER = Binary(
    name="pulumi-resource-kubernetes",
    version="4.25.0",
    uses=_RIG,
    files=("pulumi-resource-kubernetes",),
    # The provider's flags do not include a version.
    on_path=None,
    vendor=VendorRelease(
        url=f"{_KUBERNETES_PROVIDER_RELEASE}/pulumi-resource-kubernetes-v{{version}}-{{os}}-{{arch}}.tar.gz",
        checksums_url=f"{_KUBERNETES_PROVIDER_RELEASE}/pulumi-kubernetes_{{version}}_checksums.txt",
        member="pulumi-resource-kubernetes",
    ),
    go=GoModule(
        folder="pulumi-resource-kubernetes",
        package=".",
        minutes=15,
        stamps=("github.com/pulumi/pulumi-kubernetes/provider/v4/pkg/version.Version=4.25.0",),
        embeds_from="github.com/pulumi/pulumi-kubernetes/provider/v4",
        embeds=(
            "cmd/pulumi-resource-kubernetes/schema.json",
            "cmd/pulumi-resource-kubernetes/terraform-mapping.json",
        ),
    ),
    mirror_sha256={"linux-amd64": "d438989d16c52f06957d2f298c2c779b5c7e3ce6c1b82d775524a0c7920ec7f4"},
)

_ETCD_RELEASE = f"{_GITHUB}/etcd-io/etcd/releases/download/v{{version}}"
_ETCD = Binary(
    name="etcd",
    version="3.6.5",
    uses=_RIG,
    files=("etcd",),
    on_path=OnPath(("--version",), r"etcd Version: (\S+)"),
    vendor=VendorRelease(
        # On macOS etcd publishes zip archives; the 404 of this URL sends the machine to the Go module.
        url=f"{_ETCD_RELEASE}/etcd-v{{version}}-{{os}}-{{arch}}.tar.gz",
        checksums_url=f"{_ETCD_RELEASE}/SHA256SUMS",
        member="etcd-v{version}-{os}-{arch}/etcd",
    ),
    go=GoModule(folder="etcd", package=".", minutes=2),
    mirror_sha256={"linux-amd64": "9ff6a2c618986d024f3becc32cd6239d629b6b08c6e82fcb83b47f2b0533d461"},
)

_KWOK = Binary(
    name="kwok",
    version="0.7.0",
    uses=_RIG,
    files=("kwok",),
    on_path=OnPath(("--version",), r"kwok version v(\S+)"),
    # kwok publishes no checksum file beside its releases, and an unverified download is not taken.
    vendor=None,
    go=GoModule(
        folder="kwok",
        package="sigs.k8s.io/kwok/cmd/kwok",
        minutes=2,
        stamps=("sigs.k8s.io/kwok/pkg/consts.Version=v0.7.0",),
    ),
    mirror_sha256={"linux-amd64": "58b88c86ce725f333d0b353137d12f464ea59777e27c6a28faafdad8974d000e"},
)

_ALERTMANAGER_RELEASE = f"{_GITHUB}/prometheus/alertmanager/releases/download/v{{version}}"
_ALERTMANAGER = Binary(
    name="alertmanager",
    version="0.28.1",
    uses=_OBSERVABILITY,
    files=("alertmanager",),
    on_path=OnPath(("--version",), r"alertmanager, version (\S+)"),
    vendor=VendorRelease(
        url=f"{_ALERTMANAGER_RELEASE}/alertmanager-{{version}}.{{os}}-{{arch}}.tar.gz",
        checksums_url=f"{_ALERTMANAGER_RELEASE}/sha256sums.txt",
        member="alertmanager-{version}.{os}-{arch}/alertmanager",
    ),
    go=GoModule(
        folder="alertmanager",
        package="github.com/prometheus/alertmanager/cmd/alertmanager",
        minutes=3,
        stamps=("github.com/prometheus/common/version.Version=0.28.1",),
    ),
    mirror_sha256={"linux-amd64": "5f63ebaa5a28f4a2f44a079b3222fd7f14eb9d1ee691641eba15b385acb5245e"},
)

_ACTIONLINT_RELEASE = f"{_GITHUB}/rhysd/actionlint/releases/download/v{{version}}"
_ACTIONLINT = Binary(
    name="actionlint",
    version="1.7.8",
    uses=frozenset({Use.DEVELOPMENT}),
    files=("actionlint",),
    on_path=OnPath(("-version",), r"^v?(\d\S*)", newer_allowed=True),
    vendor=VendorRelease(
        url=f"{_ACTIONLINT_RELEASE}/actionlint_{{version}}_{{os}}_{{arch}}.tar.gz",
        checksums_url=f"{_ACTIONLINT_RELEASE}/actionlint_{{version}}_checksums.txt",
        member="actionlint",
    ),
    go=GoModule(
        folder="actionlint",
        package="github.com/rhysd/actionlint/cmd/actionlint",
        minutes=0.5,
    ),
    mirror_sha256={"linux-amd64": "cee614bf5a3c99068ef232e4f6d2a3b920dd478862180f8b63b831658a7b416c"},
)

TABLE: dict[str, Binary] = {
    row.name: row
    for row in (
        _PULUMI,
        _PULUMI_PYTHON_SCRIPTS,
        _WEAVIATE,
        _KUBERNETES_PROVIDER,
        _kubernetes("kube-apiserver", "97944c1ba71bdb85935b7056c0b57547872efabd46ed8d681aab78cf0a6a7ef1", 7.5),
        _kubernetes("kube-controller-manager", "43c99d61f64ba69457ab0699137fe9c19e1d42264de25e200e713c3d3d18234d", 7),
        _kubernetes("kube-scheduler", "3439dd2625e5b1ac42d349afdddd26e6ac7065c37ff5b48f9487406dde9ebc9c", 3),
        _ETCD,
        _KWOK,
        _prometheus("prometheus", "7da7f2faad63599d13b908a267f3d7114ca144480bddc5b1a7d597376936c98b"),
        _prometheus("promtool", "87fdbf943bc037273ef3399bdfa5374104e4c14aeed3501db9bca1529bc3db77"),
        _ALERTMANAGER,
        _ACTIONLINT,
    )
}
