namespace ActorFingerprint.Tests.Persistence.Signatures.Curated;

/// <summary>Values as devices show them, and what each is; and values that tell nothing however they look.</summary>
internal static class WellKnownValues
{
    /// <summary>Lines <c>kind | value | path of the device</c>.</summary>
    public const string Known =
        """
        host-name | DESKTOP-7QK3V2M | Computer/Windows computer
        host-name | LAPTOP-9F2KQ1AB | Computer/Windows computer/Windows laptop
        host-name | WIN-4HJ8K2L9QWE | Server/Windows Server
        host-name | anna-PC | Computer/Windows computer
        host-name | Marys-iPhone | Phone/Apple iPhone
        host-name | iPhone-von-Max | Phone/Apple iPhone
        host-name | iPhonediMonica | Phone/Apple iPhone
        host-name | kawai-iPad3 | Tablet/Apple iPad
        host-name | Johns-MacBook-Pro | Computer/Apple Mac/MacBook
        host-name | Lucas-iMac | Computer/Apple Mac/iMac
        host-name | Mac-mini | Computer/Apple Mac/Mac mini
        host-name | Wohnzimmer-Apple-TV | Television/Apple TV
        host-name | Toms-Apple-Watch | Wearable/Apple Watch
        host-name | Galaxy-S21-5G | Phone/Android phone/Samsung Galaxy
        host-name | SM-G991B | Phone/Android phone/Samsung Galaxy/Samsung phone model
        host-name | Galaxy-Tab-S7 | Tablet/Android tablet/Samsung Galaxy Tab
        host-name | SM-T870 | Tablet/Android tablet/Samsung Galaxy Tab/Samsung tablet model
        host-name | Pixel-7-Pro | Phone/Android phone/Google Pixel
        host-name | android-1c1335ec95a27318 | Phone/Android phone
        host-name | HUAWEI_P30_lite | Phone/Android phone/Huawei phone
        host-name | Redmi-Note-8 | Phone/Android phone/Xiaomi phone
        host-name | OnePlus-Nord | Phone/Android phone/OnePlus phone
        host-name | raspberrypi | Computer/Raspberry Pi
        host-name | ubuntu | Computer/Linux computer
        host-name | PS4-123 | Console/PlayStation/PlayStation 4
        host-name | XBOXONE | Console/Xbox
        host-name | steamdeck | Console/Steam Deck
        host-name | LGwebOSTV | Television/LG TV
        host-name | Samsung-TV | Television/Samsung TV
        host-name | BRAVIA-4K-GB | Television/Sony BRAVIA
        host-name | Chromecast-Ultra | Television/Google Chromecast
        host-name | Roku-Express | Television/Roku
        host-name | SonosZP | Speaker/Sonos
        host-name | Google-Home-Mini | Speaker/Google Home
        host-name | Echo-Dot | Speaker/Amazon Echo
        host-name | DCS-942L | Camera/D-Link camera/D-Link DCS
        host-name | axis-00408cabcdef | Camera/Axis camera
        host-name | UVC-G3-Flex | Camera/UniFi camera
        host-name | HS110(EU) | Plug/Kasa plug
        host-name | KP115 | Plug/Kasa plug
        host-name | P110 | Plug/Tapo plug/Tapo plug model
        host-name | HS220(US) | Light/Kasa wall switch
        host-name | KL130 | Light/Kasa bulb
        host-name | DSP-W115 | Plug/D-Link plug/D-Link DSP
        host-name | shellyplug-s-A1B2C3 | Plug/Shelly Plug
        host-name | shelly1pm-A4CF12F00D00 | Plug/Shelly relay
        host-name | shellyht-AABBCC | Sensor/Shelly sensor
        host-name | tasmota-2A3B4C-2892 | Plug/Tasmota device
        host-name | wiz_a1b2c3 | Light/WiZ
        host-name | wled-desk | Light/WLED
        host-name | Philips-hue | Hub/Philips Hue bridge
        host-name | KEQ0123456 | Hub/MAX! Cube
        host-name | homematic-ccu2 | Hub/Homematic/Homematic CCU
        host-name | DCH-G022 | Hub/D-Link hub/D-Link DCH-G
        host-name | HarmonyHub | Hub/Logitech Harmony Hub
        host-name | homeassistant | Hub/Home automation server/Home Assistant
        host-name | HF-LPB130 | Hub/Hi-Flying Wi-Fi serial bridge
        host-name | DCH-S161 | Sensor/D-Link sensor/D-Link DCH-S
        host-name | ESP_0A1B2C | Module/Espressif module
        host-name | GainSpan0a1b2c | Module/GainSpan low-power module
        host-name | NPI1A2B3C | Printer/HP printer
        host-name | BRW0022587A1B2C | Printer/Brother printer
        host-name | EPSON4F2A1C | Printer/Epson printer
        host-name | XRX9C934E001122 | Printer/Xerox printer
        host-name | RNP002673ABCDEF | Printer/Ricoh printer
        host-name | OKI-C332-1A2B3C | Printer/OKI printer
        host-name | DiskStation | Network storage/Synology NAS
        host-name | NAS1A2B3C | Network storage/QNAP NAS
        host-name | MyCloudEX2Ultra | Network storage/WD My Cloud
        host-name | truenas | Network storage/TrueNAS
        host-name | fritz.box | Router/AVM FRITZ!Box
        host-name | OpenWrt | Router/OpenWrt
        host-name | RT-AX88U | Router/ASUS router
        host-name | SEP001A2B3C4D5E | VoIP phone/Cisco IP phone
        host-name | SIP-T46S | VoIP phone/Yealink phone
        host-name | snom320-1A2B3C | VoIP phone/Snom phone
        host-name | AP00F2.8B12.3456 | Access point/Cisco access point
        host-name | roborock-vacuum-s5 | Appliance/Robot vacuum/Roborock
        host-name | Roomba-3193C60040411590 | Appliance/Robot vacuum/iRobot Roomba
        host-name | go-eCharger_123456 | Vehicle/Wallbox/go-eCharger
        host-name | Airthings-View | Sensor/Airthings
        host-name | ILOCZ12345678 | Server/HPE iLO
        dhcp-list | 1,3,6,15,31,33,43,44,46,47,119,121,249,252 | Operating system/Windows
        dhcp-list | 1,121,3,6,15,108,114,119,252,95,44,46 | Operating system/Apple/macOS
        dhcp-list | 1,121,3,6,15,119,252 | Operating system/Apple/iOS
        dhcp-list | 1,3,6,15,26,28,51,58,59,43,114,108 | Operating system/Android
        dhcp-list | 1,3,6,12,15,28,42 | Operating system/Linux/Linux with BusyBox
        dhcp-list | 6,3,1,15,66,67,13,44,12,81,252 | Printer/HP printer
        dhcp-list | 1,66,6,3,15,150,35 | VoIP phone/Cisco IP phone
        dhcp-list | 1,3,28,6 | Module/Device with lwIP
        dhcp-vendor-class | MSFT 5.0 | Operating system/Windows
        dhcp-vendor-class | android-dhcp-13 | Operating system/Android
        dhcp-vendor-class | udhcp 1.24.1 | Operating system/Linux/Linux with BusyBox
        dhcp-vendor-class | dhcpcd-6.10.1:Linux-4.9.57-v7+:armv7l:BCM2835 | Computer/Raspberry Pi
        dhcp-vendor-class | PXEClient:Arch:00007:UNDI:003016 | Computer/Network boot
        dhcp-vendor-class | Cisco Systems, Inc. IP Phone CP-7911G\x00 | VoIP phone/Cisco IP phone/Cisco IP phone model
        dhcp-vendor-class | Mfg=Hewlett Packard;Typ=Printer;Mod=HP LaserJet P2055;Ser=X | Printer/HP printer
        dhcp-vendor-class | Hewlett-Packard JetDirect | Printer/HP printer
        dhcp-vendor-class | AXIS,Network Camera,M1054,5.50 | Camera/Axis camera
        dhcp-vendor-class | ArubaAP | Access point/Aruba access point
        dhcp-vendor-class | TL-SG116E | Router/Switch/TP-Link switch
        dhcp-vendor-class | MSFT 5.0 XBOX | Console/Xbox
        mdns-service | _ipp._tcp | Printer
        mdns-service | _sonos._tcp | Speaker/Sonos
        mdns-service | _hue._tcp | Hub/Philips Hue bridge
        mdns-service | _axis-video._tcp | Camera/Axis camera
        mdns-service | _androidtvremote2._tcp | Television/Android TV
        mdns-service | _esphomelib._tcp | Module/ESPHome device
        mdns-service | _miio._udp | Hardware manufacturer/Xiaomi
        mdns-service | _soundtouch._tcp | Speaker/Bose speaker
        mdns-txt | _device-info._tcp model=MacBookPro15,1 | Computer/Apple Mac/MacBook/MacBook model
        mdns-txt | _device-info._tcp model=Mac14,2 | Computer/Apple Mac/Mac model
        mdns-txt | _companion-link._tcp rpMd=iPhone13,2 | Phone/Apple iPhone/iPhone model
        mdns-txt | _airplay._tcp model=AppleTV6,2 | Television/Apple TV/Apple TV model
        mdns-txt | _airplay._tcp model=AudioAccessory5,1 | Speaker/Apple HomePod/HomePod model
        mdns-txt | _raop._tcp am=AppleTV5,3 | Television/Apple TV/Apple TV model
        mdns-txt | _airplay._tcp manufacturer=LG | Television/LG TV
        mdns-txt | _googlecast._tcp md=Chromecast Ultra | Television/Google Chromecast/Chromecast model
        mdns-txt | _googlecast._tcp md=Google Home Mini | Speaker/Google Home/Google speaker model
        mdns-txt | _googlecast._tcp md=Nest Hub | Speaker/Google Nest Hub/Nest Hub model
        mdns-txt | _googlecast._tcp md=SHIELD Android TV | Television/Android TV/NVIDIA SHIELD
        mdns-txt | _googlecast._tcp md=BRAVIA 4K VH2 | Television/Sony BRAVIA/Sony TV model
        mdns-txt | _hap._tcp ci=5 | Light
        mdns-txt | _hap._tcp ci=9 | Thermostat
        mdns-txt | _hap._tcp ci=17 | Camera
        mdns-txt | _hap._tcp ci=2 | Hub
        mdns-txt | _hap._tcp md=BSB002 | Hub/Philips Hue bridge/Hue bridge model
        mdns-txt | _dhnap._tcp model_number=DCS-935L | Camera/D-Link camera/D-Link DCS
        mdns-txt | _dhnap._tcp model_number=DSP-W215 | Plug/D-Link plug/D-Link DSP
        mdns-txt | _dhnap._tcp model_number=DCH-S160 | Sensor/D-Link sensor/D-Link DCH-S
        mdns-txt | _dhnap._tcp model_number=DCH-G020 | Hub/D-Link hub/D-Link DCH-G
        mdns-txt | _ipp._tcp ty=HP LaserJet Pro M404dn | Printer/HP printer
        mdns-txt | _pdl-datastream._tcp usb_MFG=EPSON | Printer/Epson printer
        mdns-txt | _printer._tcp product=(Brother HL-L2350DW series) | Printer/Brother printer
        mdns-txt | _http._tcp vendor=Synology | Network storage/Synology NAS
        mdns-txt | _shelly._tcp app=PlugS | Plug/Shelly Plug
        mdns-txt | _matterc._udp DT=266 | Plug
        ssdp-type | urn:Belkin:device:insight:1 | Plug/WeMo switch/WeMo Insight
        ssdp-type | urn:Belkin:device:controllee:1 | Plug/WeMo switch
        ssdp-type | urn:Belkin:device:bridge:1 | Hub/WeMo Link
        ssdp-type | urn:schemas-upnp-org:device:ZonePlayer:1 | Speaker/Sonos
        ssdp-type | urn:schemas-upnp-org:device:InternetGatewayDevice:1 | Router
        ssdp-type | urn:lge-com:service:webos-second-screen:1 | Television/LG TV
        ssdp-type | urn:samsung.com:device:RemoteControlReceiver:1 | Television/Samsung TV
        ssdp-type | roku:ecp | Television/Roku
        ssdp-type | hnap:NetworkCamera | Camera/D-Link camera
        ssdp-server | Linux/3.14.0 UPnP/1.0 IpBridge/1.9.0 | Hub/Philips Hue bridge
        ssdp-server | FRITZ!Box 7590 UPnP/1.0 AVM FRITZ!Box 7590 154.07.29 | Router/AVM FRITZ!Box
        ssdp-server | Linux UPnP/1.0 Sonos/57.3-77280 (ZPS9) | Speaker/Sonos/Sonos model
        ssdp-server | Microsoft-Windows/10.0 UPnP/1.0 UPnP-Device-Host/1.0 | Operating system/Windows
        ssdp-server | Linux,    UPnP/1.0 DCS-935L/1.0 | Camera/D-Link camera/D-Link DCS
        ssdp-server | Linux/2.6.21, UPnP/1.0, Portable SDK for UPnP devices/1.6.18 | Operating system/Linux
        ssdp-server | Roku/9.3.0 UPnP/1.0 Roku/9.3.0 | Television/Roku
        ssdp-location | http://192.0.2.7:1400/xml/device_description.xml | Speaker/Sonos
        ssdp-location | http://192.0.2.7:2869/upnphost/udhisapi.dll?content=uuid:x | Operating system/Windows
        ssdp-uuid | Insight-1_0-221542K1200000 | Plug/WeMo switch/WeMo Insight
        ssdp-uuid | 2f402f80-da50-11e1-9b23-001788000000 | Hub/Philips Hue bridge
        user-agent | Mozilla/5.0 (iPhone; CPU iPhone OS 16_5 like Mac OS X) AppleWebKit/605.1.15 | Phone/Apple iPhone
        user-agent | Mozilla/5.0 (iPad; CPU OS 12_4 like Mac OS X) AppleWebKit/605.1.15 | Tablet/Apple iPad
        user-agent | Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/605.1.15 | Computer/Apple Mac
        user-agent | Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 | Computer/Windows computer
        user-agent | Mozilla/5.0 (X11; CrOS x86_64 14541.0.0) AppleWebKit/537.36 | Computer/Chromebook
        user-agent | Mozilla/5.0 (X11; Ubuntu; Linux x86_64; rv:109.0) Gecko/20100101 Firefox/115.0 | Computer/Linux computer
        user-agent | Dalvik/2.1.0 (Linux; U; Android 13; SM-G991B) | Phone/Android phone/Samsung Galaxy/Samsung phone by user agent
        user-agent | Mozilla/5.0 (Linux; Android 10; K) Chrome/120.0.0.0 Mobile Safari/537.36 | Operating system/Android
        user-agent | Mozilla/5.0 (PlayStation 4 9.00) AppleWebKit/605.1.15 (KHTML, like Gecko) | Console/PlayStation/PlayStation 4
        user-agent | Mozilla/5.0 (SMART-TV; Linux; Tizen 5.0) AppleWebKit/537.36 | Television/Samsung TV
        user-agent | Mozilla/5.0 (Web0S; Linux/SmartTV) AppleWebKit/537.36 | Television/LG TV
        user-agent | Roku/DVP-9.10 (519.10E04111A) | Television/Roku
        user-agent | Microsoft NCSI | Operating system/Windows
        user-agent | CaptiveNetworkSupport-443.120.2 wispr | Operating system/Apple
        user-agent | Debian APT-HTTP/1.3 (2.2.4) | Computer/Linux computer
        user-agent | ESP8266HTTPClient | Module/Espressif module
        http-server | App-webs/ | Camera/Hikvision camera
        http-server | HP HTTP Server; HP OfficeJet Pro 8710 - D9L18A; Serial Number: X | Printer/HP printer/HP printer model
        http-server | Microsoft-IIS/10.0 | Operating system/Windows
        http-server | pve-api-daemon/3.0 | Server/Proxmox VE
        ssh-server | SSH-2.0-OpenSSH_7.9p1 Raspbian-10+deb10u2 | Computer/Raspberry Pi
        ssh-server | SSH-2.0-dropbear_2019.78 | Operating system/Linux/Embedded Linux
        ssh-server | SSH-2.0-ROSSSH | Router/MikroTik
        banner | ftp/21 Synology FTP server ready. | Network storage/Synology NAS
        banner | ftp/21 Brother FTP Server | Printer/Brother printer
        smb | server smb1 os=Windows 7 Professional 7601 Service Pack 1 lm=Windows 7 Professional 6.1 | Operating system/Windows
        cdp | platform=Cisco IP Phone 7962 | VoIP phone/Cisco IP phone
        cdp | platform=cisco WS-C2960-24TT-L | Router/Switch/Cisco switch
        lldp | capabilities=bridge,telephone | VoIP phone
        certificate | sha256:00 subject=CN=Synology,O=Synology Inc. issuer=CN=Synology Inc. CA | Network storage/Synology NAS
        ja4 | t13d1516h2_8daaf6152771_02713d6af862 | Application/Chromium browser
        ja4 | t13d1715h2_5b57614c22b0_7121afd63204 | Application/Firefox
        vendor | Apple, Inc. | Operating system/Apple
        vendor | Espressif Inc. | Module/Espressif module
        vendor | Sonos, Inc. | Speaker/Sonos
        vendor | Synology Incorporated | Network storage/Synology NAS
        vendor | D-Link International | Hardware manufacturer/D-Link
        vendor | Hi-flying electronics technology Co.,Ltd | Module/Hi-Flying module
        vendor | AVM Audiovisuelles Marketing und Computersysteme GmbH | Router/AVM FRITZ! device
        open-port | tcp/9100 | Printer
        open-port | tcp/554 | Camera
        open-port | tcp/3268 | Server/Windows Server
        tcp-syn | 4:128+0:0:1460:64240,8:mss,nop,ws,nop,nop,sok:df,id+:0 | Operating system/Windows
        tcp-syn | 4:64+0:0:1460:65535,6:mss,nop,ws,nop,nop,ts,sok,eol+1:df:0 | Operating system/Apple
        tcp-syn | 4:64+0:0:1460:mss*44,7:mss,sok,ts,nop,ws:df,id+:0 | Operating system/Linux
        tcp-syn | 4:255+0:0:1400:mtu*1,0:mss::0 | Module/Device with lwIP
        server-name | www.msftconnecttest.com | Operating system/Windows
        server-name | captive.apple.com | Operating system/Apple
        server-name | v2.broker.lifx.co | Light/LIFX
        server-name | scalews.withings.net | Appliance/Withings scale
        server-name | ps4.update.playstation.net | Console/PlayStation
        server-name | eu.lgtvsdp.com | Television/LG TV
        behavior | forwards | Router
        mac | privacy-address | Phone
        certificate | sha256:00 subject=CN=001788fffe000000,O=Philips Hue,C=NL issuer=CN=root | Hub/Philips Hue bridge
        certificate | sha256:00 subject=CN=FGT60F0000000000,OU=FortiGate,O=Fortinet issuer=CN=support,O=Fortinet | Router/Firewall/FortiGate
        certificate | sha256:00 subject=CN=NPI1A2B3C,O=HP issuer=CN=NPI1A2B3C | Printer/HP printer
        """;

    /// <summary>Lines <c>kind | value</c>.</summary>
    public const string Silent =
        """
        host-name | monitoring
        host-name | algol
        host-name | honest
        host-name | php
        host-name | gecko
        host-name | string-server
        host-name | ringo
        host-name | nestor
        host-name | echoes
        host-name | alghero
        host-name | hpc
        host-name | phpmyadmin
        host-name | rokudan
        host-name | sonoran
        host-name | chromecaster
        host-name | bosendorfer
        host-name | espada
        host-name | venus
        host-name | einstein
        host-name | printers-union
        host-name | camelot
        host-name | cambridge
        host-name | mirror
        host-name | unifying
        host-name | macaroni
        host-name | tesladel
        host-name | axis-of-evil
        host-name | philips
        host-name | roombadoor
        host-name | switzerland
        host-name | appletviewer
        host-name | nascar
        host-name | shelly
        host-name | aria-stark
        host-name | mint
        host-name | desktop
        host-name | DESKTOP-TOOLONG12
        host-name | laptop-of-anna-2
        host-name | NPI1A2B
        host-name | BRW0022587A1B
        host-name | SEP2024
        host-name | EPSON
        host-name | DCSERVER
        host-name | HS110-backup
        host-name | android
        host-name | multipad
        host-name | localhost
        mdns-query | _googlecast._tcp
        mdns-query | _ipp._tcp
        mdns-query | _sonos._tcp
        mdns-query | _hap._tcp
        mdns-query | _dhnap._tcp
        mdns-txt | _http._tcp path=/camera/list
        mdns-txt | _device-info._tcp model=X-iPhone13,2
        mdns-txt | _hap._tcp ci=55
        mdns-txt | _airplay._tcp features=0x1
        ssdp-type | upnp:rootdevice
        ssdp-type | urn:schemas-upnp-org:device:Basic:1
        ssdp-type | urn:schemas-upnp-org:device:basic:1
        ssdp-server | UPnP/1.0
        ssdp-server | Linux, UPnP/1.0, monitoring/1.0
        ssdp-server | php/8.1 UPnP/1.0
        user-agent | Mozilla/5.0
        user-agent | Test/1.0
        user-agent | Gecko/20100101
        user-agent | php-curl
        http-server | nginx
        http-server | Apache
        http-server | lighttpd/1.4.34
        vendor | Honest Technology
        vendor | Algol Electronics
        vendor | Monitoring Systems
        vendor | Gecko Alliance
        vendor | Ringdale UK
        vendor | Applewood Labs
        open-port | tcp/443
        open-port | tcp/80
        ja4 | t13d0000h2_000000000000_000000000000
        server-name | www.google.com
        server-name | www.example.com
        server-name | apple.com.example.org
        server-name | notroku.com
        dhcp-vendor-class | gecko
        dhcp-vendor-class | Cisco
        certificate | sha256:00 subject=CN=ilona.example,O=Rokuyama issuer=CN=R3,O=Encrypt
        certificate | sha256:00 subject=CN=localhost issuer=CN=localhost
        """;
}
