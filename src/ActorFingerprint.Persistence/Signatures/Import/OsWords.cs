namespace ActorFingerprint.Persistence.Signatures.Import;

/// <summary>Words of operating system families.</summary>
internal static class OsWords
{
    public static WordTable<string> Table { get; } = new WordTable<string>()
        .Add("Windows Phone", "windows phone|windows mobile")
        .Add("Windows CE", "windows ce|wince")
        .Add("Cisco IOS", "cisco ios|ios xe|ios xr")
        .Add("Android", "android|fire os|fireos")
        .Add("tvOS", "tvos|apple tv os|appletv")
        .Add("watchOS", "watchos|watch os")
        .Add("iOS", "ios|ipados|iphone os|iphone|ipad|ipod")
        .Add("ChromeOS", "chrome os|chromeos|cros|chromebook|chromium os")
        .Add("RouterOS", "routeros|mikrotik")
        .Add("VMware ESXi", "esxi|esx")
        .Add("webOS", "webos")
        .Add("Tizen", "tizen")
        .Add("Linux", "linux|ubuntu|debian|fedora|gentoo|suse|opensuse|centos|red hat|redhat|rhel|openwrt|dd wrt|knoppix|linspire|slax"
            + "|arudis|mandriva|raspbian|alpine linux|porteus|sled|busybox|udhcp")
        .Add("macOS", "mac os x|mac os|macos|os x|osx|macosx|macintosh|darwin|macbook|imac")
        .Add("FreeBSD", "freebsd|pfsense")
        .Add("OpenBSD", "openbsd")
        .Add("NetBSD", "netbsd")
        .Add("BSD", "bsd")
        .Add("Solaris", "solaris|opensolaris|sunos")
        .Add("Junos", "junos")
        .Add("VxWorks", "vxworks")
        .Add("QNX", "qnx")
        .Add("HP-UX", "hp ux|hpux")
        .Add("AIX", "aix")
        .Add("IRIX", "irix")
        .Add("Tru64", "tru64")
        .Add("OpenVMS", "openvms|vms")
        .Add("NetWare", "netware")
        .Add("BeOS", "beos|haiku")
        .Add("OS/2", "os 2")
        .Add("Symbian", "symbian")
        .Add("BlackBerry", "blackberry|blackberry os")
        .Add("Bada", "bada")
        .Add("NeXTSTEP", "nextstep")
        .Add("Windows", "windows|microsoft windows|win32|win64")
        .Add("Unix", "unix");
}
