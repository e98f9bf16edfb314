using ActorFingerprint.Core.Identification;
using static ActorFingerprint.Core.Identification.DeviceType;

namespace ActorFingerprint.Persistence.Signatures.Import;

/// <summary>
/// Words of device types. Order matters: products and longer phrases stand before the general word that is in them ("print server" before
/// "server"), and phrases that name several kinds of devices, or none, stand for unknown before their parts could mislead.
/// </summary>
internal static class DeviceTypeWords
{
    public static WordTable<DeviceType> Table { get; } = new WordTable<DeviceType>()
        .Add(Unknown, "audio imaging or video equipment|phone tablet or wearable|monitoring and testing device|monitoring device"
            + "|web server|http server|network boot|boot agent|hardware manufacturer|internet of things|multimedia device|smart device"
            + "|port scanner")
        .Add(Router, "router access point or femtocell|routers and ap|switch and wireless controller")
        .Add(SmartTV, "home audio video equipment|video equipment")
        .Add(Phone, "smartphones pda tablet")
        .Add(DeviceType.Console, "xbox|playstation|playstation2|playstation3|nintendo|wii|gamecube|gaming console|game console"
            + "|games console|steam deck|steamdeck")
        .Add(SmartTV, "apple tv|appletv|android tv|google tv|fire tv|firetv|fire stick|smart tv|smarttv|television|set top box|settop|stb"
            + "|iptv|chromecast|roku|tivo|blu ray|bluray|bravia|webos tv|tizen tv|streaming player|streaming stick|video streaming"
            + "|media player|digital media player|digital media receiver|media receiver|digital signage|projector|display controller|tv")
        .Add(Server, "voip server|ip pbx|pbx|phone system|call manager|callmanager|lights out management|light out management|ilo|idrac"
            + "|bmc|datacenter appliance|data center appliance|media server|wordpress server|windows server|key server|mail server"
            + "|file server|vmware|vcenter|esxi|esx|hypervisor|proxmox|hyper v|xenserver|virtual machine")
        .Add(VoipPhone, "voip|sip device|sip gateway|sip phone|ip phone|desk phone|deskphone|video phone|conference phone"
            + "|conference station|video conferencing|telephone adapter|analog telephone|ata|ata186|ata188|wifi phone|openstage|optipoint"
            + "|soundpoint")
        .Add(Camera, "ip camera|network camera|camera|webcam|nvr|dvr|doorbell|baby monitor|video encoder|video recorder|video server")
        .Add(Wearable, "smartwatch|smart watch|apple watch|wearable|fitbit|watch")
        .Add(Tablet, "ipad|tablet|kindle|ereader|e reader|ebook reader|nook|galaxy tab|internet tablet|playbook")
        .Add(Printer, "print server|printer|laserjet|officejet|deskjet|designjet|photosmart|jetdirect|multifunction|multifunction device"
            + "|mfp|plotter|copier|imagerunner|workcentre|phaser|bizhub|document scanner|printer or scanner|scanner")
        .Add(Thermostat, "thermostat|ecobee|heating")
        .Add(Light, "light bulb|lightbulb|bulb|lamp|lighting|light strip|led strip|light switch|light")
        .Add(Plug, "smart plug|smart socket|wall socket|outlet|plug|smart switch")
        .Add(Sensor, "sensor|detector|weather station|smoke alarm")
        .Add(Nas, "nas|network storage|storage device|storage devices|file storage|cloud backup|storage|diskstation|readynas|my book"
            + "|buffalo linkstation")
        .Add(AccessPoint, "wireless access point|access point|wap|aironet|range extender|repeater|mesh node|femtocell|wireless controller"
            + "|wlan controller|wireless bridge")
        .Add(Hub, "hue bridge|smart home hub|home hub|smart hub|bridge|hub|zigbee|z wave|home assistant|serial to ethernet")
        .Add(Router, "wireless router|broadband router|router|residential gateway|gateway|cable modem|dsl modem|modem|firewall|vpn"
            + "|load balancer|web proxy|proxy|switch|catalyst|procurve")
        .Add(Speaker, "speaker|sonos|soundbar|sound bar|homepod|echo dot|echo show|amazon echo|alexa|google home|nest mini|network audio"
            + "|av receiver|audio encoder|squeezebox|audio|airport express|multiroom")
        .Add(Phone, "iphone|smartphone|mobile phone|cell phone|cellphone|windows phone|blackberry|handheld|pda|handset|galaxy s|pixel"
            + "|asha|phone")
        .Add(Appliance, "vacuum|refrigerator|fridge|washing machine|washer|dryer|dishwasher|oven|kettle|coffee|home appliance|garage door"
            + "|lock|key lock box|smart scale")
        .Add(Vehicle, "vehicle|automotive|infotainment|wallbox|ev charger|tesla")
        .Add(Computer, "laptop|notebook|netbook|workstation|desktop|macbook|imac|mac mini|mac pro|mac studio|thinkpad|chromebook"
            + "|thin client|computer|macintosh")
        .Add(Server, "server");
}
