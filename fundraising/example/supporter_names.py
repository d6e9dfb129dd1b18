"""Names of the example's supporters, all invented: people by first and last name, and those who give together."""

from __future__ import annotations

PEOPLE: tuple[str, ...] = tuple(
    line.strip()
    for lines in """\
        Abena Darko-Mills; Adrian Thrupp; Ailsa Cruickshanks; Aisha Noor-Bentley; Alasdair Quirke
        Aleksandra Wilczek; Amara Ezenwa-Poole; Amrit Kaur Bhachu; Anneliese Garside; Anwar Siddiq-Holt
        Arthur Winstanley-Poe; Ashok Pillaiveetil; Barbara Ollerenshaw-Jex; Beatriz Falcão; Benedikta Roux-Hamer
        Beryl Hindmarch; Bogdan Ionescu-Platt; Brendan Scullion-Ray; Bronagh McAtamney; Bronwen Pugh-Tansey
        Candice Okereke-Lamb; Carol Threlkeld; Cerys Maddock-Vaughan; Charlene Obafemi; Chidi Anozie
        Ciarán Ó Maoláin-Reid; Clive Batterbee; Conor Tuohy-Marsh; Cynthia Ramsbotham; Daisy Lumb; Damilola Ajibade
        Danuta Krawczyńska; Darius Mehrabi-Cole; Deepa Nandakumar; Denise Hopkinshaw; Derek Sproston
        Dilys Arkwright-Bowen; Dorothy Makinson-Bell; Duncan Farquharsen; Edwin Hollinrake; Efua Quartey-Webb
        Elif Karadağ; Elspeth Mauchline; Emmanuel Boateng-Fry; Ewa Stachurska; Fatima Zahra Belkacem
        Fergus Loughnane; Fionnuala Keaveney-Dodd; Frances Ackerley; Freya Lindqvist-Orme; Gaurav Deshmukh-Platt
        Geraldine Tattersall-Hay; Gintarė Petrauskienė; Glenys Hargreaves-Ott; Gordon Isherwood-Penn
        Grace Mutasa-Thorne; Graham Winterbottom-Lea; Hamza Rafiq-Sutton; Hannah Silberstone; Harriet Postlethwaite
        Hassan Jibril-Moore; Hazel Duckenfield; Helga Brandvold; Henry Aspinwall-Roe; Hilda Barraclough
        Huda Al-Tamimi-Grey; Hyacinth Beckford-Lyle; Ian Crabtree-Noon; Idris Vaughan-Malik; Ines Cordeiro
        Iona Drysdalen; Irena Majchrzak; Isaac Feldmanis; Ishaan Bhattacharjee; Ivy Entwhistle
        Jacinta Moynihan-Gall; Jamal Hosseini-Pratt; Janet Clutterbuck-Shaw; Jasmine Thandi; Jean Oldroyd
        Jibran Chaudhry-Lowe; Joanna Pieczyńska; Jocelyn Umeh; Joyce Kettlewell; Kamala Wijeratne
        Karolina Dudek-Swann; Keiko Hamasaki-Lord; Kenneth Yarwood-Sims; Kerry-Ann Delapenha; Khadija Warsame-Lodge
        Kieran Gallimore-Fay; Kirsty Auchterlonie; Kofi Ansah-Birch; Lakshmi Raman-Kerr; Lena Zubrzycka
        Leroy Golding-Parr; Lewis Thistlethwayte; Lionel Spragg; Lorraine Gatenby; Lucía Barrenechea; Lynne Dewsnap
        Mabel Horrobin; Magnus Thorsteinn Reay; Malcolm Stubbings-Dale; Margaret Fazackerley; Marwa Elsayed-Booth
        Maryam Zafar-Denby; Mavis Greenhalgh-Toye; Mei-Xing Lau-Hobson; Mehmet Yıldırım-Ash; Michelle Dunphy-Rowe
        Mirela Popescu-Hine; Moira Gillespie-Tarn; Mustafa Rezaei-Clough; Naomi Adjepong; Natasha Volkonova
        Neil Ramsdenby; Ngozi Umunna; Niamh Cusworth; Nikhil Vaidyanath; Nuala Heffernan-Bird; Olga Wierzbicka
        Oliver Stokoe-Vane; Orla Pettigrew-Fox; Oscar Nightingall; Padma Subramaniam-Lee; Pamela Birtwistle-Good
        Patience Chikwanda; Percival Dodgson-Mead; Petra Hájková; Phyllis Unsworthy; Pooja Trivedi-Knowles
        Rafael Quintão; Rebecca Lowenthal-Pike; Reggie Openshaw-Tull; Rhiannon Prosserly; Roisin Devenney-Ward
        Roland Cheethamly; Ronke Adelabu-Stone; Rosalind Eckersley; Roya Daneshvar; Rui Tavares-Heap
        Sabiha Choudhury-Nash; Sadio Camara-Price; Sanjay Iyengar-Doyle; Seamus Gilhooly; Shanice Morrisonne
        Sheila Broadbentham; Shirin Moradi-Platt; Simon Woolsten-Croy; Solveig Haugland; Stella Papadimitriou-Fell
        Sunita Ghosal; Susan Tunnicliffe-Orr; Svetlana Marinova-Hurst; Tadeusz Orzechowski; Tamsin Polglase
        Thandiwe Mokoena-Briggs; Theodora Vasilakis; Thomas Entwisle-Nunn; Tomoko Arakawa; Trevor Slingsby-Ince
        Umar Daud-Whalley; Ursula Hepworth-Mann; Valerie Rowbottham; Vikram Sethna-Ogden; Violet Hardcastle-Yu
        Vivek Chandrasekhar-Poole; Wanda Nowicka-Brew; Winifred Longbottomley; Xiuying Zhang-Partington
        Yasmin Farooqi-Dean; Yolanda Esposito; Yusuf Abdirahman; Zainab Kargbo; Zdenka Horáčková; Zoë Pilkingtonne
    """.splitlines()
    for line in lines.split(";")
    if line.strip()
)

GROUPS: tuple[str, ...] = (
    "Mum and Dad",
    "Auntie Bev",
    "Nana Pat",
    "Uncle Femi and all",
    "The Tuesday swimmers",
    "Class 3B and Mr Ollerton",
    "Everyone at number 42",
    "The night bakery",
    "Bridge Street Barbers",
    "Table 7, the pub quiz",
    "The allotment lot",
    "Your favourite cousin",
    "The choir’s back row",
    "Ladies of the launderette",
    "Gran’s knitting circle",
    "The other Wilson twins",
    "Third floor kitchen",
    "Dr Pepperdine’s waiting room",
    "Sunday league, Prestwich",
    "Ahmed & Jo",
    "B.",
    "The Crumpsall Cribbage Club",
    "A friend from the bus",
    "Babcia Halina",
    "Dadi-ji",
    "Tío Ramón",
    "Bowls club (the four)",
    "Ron the window cleaner",
)
