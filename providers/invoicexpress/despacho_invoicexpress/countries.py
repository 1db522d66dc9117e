"""Countries as InvoiceXpress wants them: full English names out of its own list, never codes (contract/invoicing.md 9.2)."""

from __future__ import annotations

_TABLE = (
    "AD:Andorra|AE:United Arab Emirates|AF:Afghanistan|AG:Antigua and Barbuda|AI:Anguilla|AL:Albania|AM:Armenia|"
    "AO:Angola|AR:Argentina|AS:American Samoa|AT:Austria|AU:Australia|AW:Aruba|AZ:Azerbaijan|BA:Bosnia-Herzegovina|"
    "BB:Barbados|BD:Bangladesh|BE:Belgium|BF:Burkina Faso|BG:Bulgaria|BH:Bahrain|BI:Burundi|BJ:Benin|BM:Bermuda|"
    "BN:Brunei|BO:Bolivia|BR:Brazil|BS:Bahamas|BT:Bhutan|BW:Botswana|BY:Belarus|BZ:Belize|CA:Canada|"
    "CC:Cocos (Keeling) Islands|CD:Congo, Democratic Republic|CF:Central African Republic|CG:Congo|CH:Switzerland|"
    "CI:Côte d’Ivoire|CK:Cook Islands|CL:Chile|CM:Cameroon|CN:China|CO:Colombia|CR:Costa Rica|CU:Cuba|"
    "CV:Cape Verde|CW:Curaçao|CX:Christmas Island|CY:Cyprus|CZ:Czech Republic|DE:Germany|DJ:Djibouti|DK:Denmark|"
    "DM:Dominica|DO:Dominican Republic|DZ:Algeria|EC:Ecuador|EE:Estonia|EG:Egypt|EH:Western Sahara|ER:Eritrea|"
    "ES:Spain|ET:Ethiopia|FI:Finland|FJ:Fiji|FK:Falkland Islands|FM:Micronesia|FR:France|GA:Gabon|GB:UK|GD:Grenada|"
    "GE:Georgia|GF:French Guiana|GG:Guernsey|GH:Ghana|GI:Gibraltar|GL:Greenland|GM:Gambia|GN:Guinea|GP:Guadeloupe|"
    "GQ:Equatorial Guinea|GR:Greece|GT:Guatemala|GU:Guam|GW:Guinea-Bissau|GY:Guyana|HK:Hong Kong|HN:Honduras|"
    "HR:Croatia|HT:Haiti|HU:Hungary|ID:Indonesia|IE:Ireland|IL:Israel|IM:Isle of Man|IN:India|"
    "IO:British Indian Ocean Territory|IQ:Iraq|IR:Iran|IS:Iceland|IT:Italy|JE:Jersey|JM:Jamaica|JO:Jordan|JP:Japan|"
    "KE:Kenya|KG:Kyrgyzstan|KH:Cambodia|KI:Kiribati|KM:Comoros|KN:St. Kitts and Nevis|KP:Korea, North|"
    "KR:Korea, South|KW:Kuwait|KY:Cayman Islands|KZ:Kazakhstan|LA:Laos|LB:Lebanon|LC:St. Lucia|LI:Liechtenstein|"
    "LK:Sri Lanka|LR:Liberia|LS:Lesotho|LT:Lithuania|LU:Luxembourg|LV:Latvia|LY:Libya|MA:Morocco|MC:Monaco|"
    "MD:Moldova|ME:Montenegro|MG:Madagascar|MH:Marshall Islands|MK:Macedonia (Former Yug. Rep.)|ML:Mali|MM:Myanmar|"
    "MN:Mongolia|MO:Macau|MP:Northern Mariana Islands|MQ:Martinique|MR:Mauritania|MS:Montserrat|MT:Malta|"
    "MU:Mauritius|MV:Maldives|MW:Malawi|MX:Mexico|MY:Malaysia|MZ:Mozambique|NA:Namibia|NC:New Caledonia|NE:Niger|"
    "NF:Norfolk Island|NG:Nigeria|NI:Nicaragua|NL:Netherlands|NO:Norway|NP:Nepal|NR:Nauru|NU:Niue|NZ:New Zealand|"
    "OM:Oman|PA:Panama|PE:Peru|PF:French Polynesia|PG:Papua New Guinea|PH:Philippines|PK:Pakistan|PL:Poland|"
    "PR:Puerto Rico|PS:Palestine|PT:Portugal|PW:Palau|PY:Paraguay|QA:Qatar|RE:Reunion|RO:Romania|RS:Serbia|"
    "RU:Russia|RW:Rwanda|SA:Saudi Arabia|SB:Solomon Islands|SC:Seychelles|SD:Sudan|SE:Sweden|SG:Singapore|"
    "SH:St. Helena|SI:Slovenia|SK:Slovakia|SL:Sierra Leone|SM:San Marino|SN:Sénégal|SO:Somalia|SR:Suriname|"
    "ST:São Tomé and Príncipe|SV:El Salvador|SY:Syria|SZ:Swaziland|TC:Turks and Caicos Islands|TD:Chad|TG:Togo|"
    "TH:Thailand|TJ:Tajikistan|TL:Timor-Leste|TM:Turkmenistan|TN:Tunisia|TR:Turkey|TT:Trinidad and Tobago|"
    "TV:Tuvalu|TW:Taiwan|TZ:Tanzania|UA:Ukraine|UG:Uganda|US:United States|UY:Uruguay|UZ:Uzbekistan|"
    "VC:St. Vincent and the Grenadines|VE:Venezuela|VG:Virgin Islands|VN:Vietnam|VU:Vanuatu|"
    "WF:Wallis and Futuna Islands|WS:Samoa (Western)|YE:Yemen|YT:Mayotte|ZA:South Africa|ZM:Zambia|ZW:Zimbabwe"
)

NAMES: dict[str, str] = dict(entry.split(":") for entry in _TABLE.split("|"))
"""By ISO 3166 alpha-2 code. Some territories have no name there (Kosovo, the Vatican, Tonga and others)."""
