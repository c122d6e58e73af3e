"""Words of the sheets that tests invent, by country: nobody in them lives."""

from __future__ import annotations

from typing import Final

GIVEN: Final = {
    "US": "James Mary Robert Linda Michael Ashley Tyler Megan Austin Brittany Hunter Paige".split(),
    "GB": "Oliver Gemma Callum Imogen Rhys Siobhan Alistair Nicola Fergus Bethan Harriet Giles".split(),
    "AU": "Lachlan Matilda Bruce Sheila Jayden Tahlia Mitchell Brooke Cooper Chloe Zac Georgia".split(),
    "FR": "Jean-Pierre Amélie Loïc Élodie Thibault Océane Guillaume Maëlys Benoît Solène Yves Chantal".split(),
    "DE": "Jürgen Sabine Torsten Anke Matthias Heike Wolfgang Ute Dietmar Silke Björn Käthe".split(),
    "NL": "Sjoerd Femke Joost Marijke Daan Lotte Pieter Saskia Willem Anouk Teun Fleur".split(),
    "ES": "Javier Lucía Alejandro María José Ignacio Pilar Rocío Íñigo Carmen Sergio Nuria".split(),
    "IT": "Giuseppe Chiara Lorenzo Francesca Matteo Giulia Niccolò Alessia Davide Elisa Pietro Ornella".split(),
}
FAMILY: Final = {
    "US": "Smith Johnson Williams Brown O'Connor Miller Martinez Anderson Thompson Baker Young Price".split(),
    "GB": "Fairclough Ashworth Pemberton MacLeod Hughes Cartwright Ward Doyle Featherstone Khan Marsh Poole".split(),
    "AU": "Nguyen Campbell Kelly Wilson Stubbs Harrigan Clarke Papadopoulos Webb Murray Ross Barlow".split(),
    "FR": "Dupont Lefèvre Moreau Girard Fontaine Rousseau Chevalier Masson Barbier Lacroix Berger Roussel".split(),
    "DE": "Müller Schneider Krüger Hofmann Vogel Böhm Winkler Lorenz Engel Pohl Sauer Busch".split(),
    "NL": "Jansen Bakker Visser Smit Mulder Dekker Hoekstra Kuipers Postma Dijkstra Veenstra Bos".split(),
    "ES": "García Fernández Rodríguez Gómez Jiménez Iglesias Navarro Ortega Vidal Serrano Pardo Molina".split(),
    "IT": "Rossi Ferrari Bianchi Colombo Ricci Conti Esposito Gallo Marino Barbieri Fontana Testa".split(),
}
COMPANY: Final = {
    "US": "Acme Tooling Inc|Blue Ridge Dental LLC|Harbor Logistics Corp|Tri-County Plumbing|Maple & Sons|Apex Media Group",
    "GB": "Northern Fabrications Ltd|Brightwell Solicitors LLP|Thames Joinery|Kestrel Foods plc|Oak House Care Ltd",
    "AU": "Outback Freight Pty Ltd|Bondi Surf Co|Southern Cross Ag|Wattle Consulting|Reef Dive Pty Ltd",
    "FR": "Menuiserie Garnier SARL|Boulangerie du Port|SAS Alpes Conseil|Transports Vasseur|Cabinet Leroux & Associés",
    "DE": "Metallbau Huber GmbH|Autohaus Kessler KG|Elektro Brandt e.K.|Gärtnerei Sommer|Nordlicht Software AG",
    "NL": "Bouwbedrijf De Vries B.V.|Van Dam Transport|Groenrijk Hoveniers|Stichting Zonneweide|Kaas & Co B.V.",
    "ES": "Talleres Ortiz S.L.|Construcciones Levante S.A.|Panadería La Espiga|Gestoría Molina|Frutas Segura S.L.",
    "IT": "Officina Galli S.r.l.|Cantine del Colle S.p.A.|Studio Legale Neri|Edil Costruzioni Srl|Panificio Aurora",
}
STREETS: Final = {
    "US": "Maple Ave|Oak Street|Lincoln Blvd|2nd St|Ridge Rd|Sunset Dr",
    "GB": "High Street|Station Road|Church Lane|Victoria Terrace|Mill Close|Park Avenue",
    "AU": "ashton crescent|henry parkes st|wattle place|boyd street|mcmaster circuit|george road",
    "FR": "rue de la République|avenue Jean Jaurès|chemin des Vignes|boulevard Gambetta|place du Marché|allée des Tilleuls",
    "DE": "Hauptstraße|Bahnhofstr.|Goetheweg|Am Markt|Lindenallee|Schillerplatz",
    "NL": "Kerkstraat|Dorpsweg|Prinsengracht|Beatrixlaan|Molenpad|Stationsplein",
    "ES": "Calle Mayor|Avda. de la Constitución|Paseo del Prado|C/ Alcalá|Plaza de España|Ronda de Toledo",
    "IT": "Via Roma|Corso Garibaldi|Viale dei Mille|Piazza Dante|Via G. Verdi|Largo Augusto",
}
CITIES: Final = {
    "US": "Springfield|Columbus|Austin|San Jose|Dayton|Boise|Fort Worth",
    "GB": "Leeds|Bristol|York|Norwich|Stoke-on-Trent|Perth",
    "AU": "ryde|kellyville|port macquarie|glenroy|noosa heads|toowoomba",
    "FR": "Lyon|Nantes|Saint-Étienne|Le Mans|Aix-en-Provence|Lille|Grenoble",
    "DE": "Köln|Leipzig|Nürnberg|Bad Homburg|Kiel|Freiburg",
    "NL": "Utrecht|'s-Hertogenbosch|Groningen|Den Haag|Zwolle|Breda",
    "ES": "Sevilla|Valencia|A Coruña|Alcalá de Henares|Murcia|Bilbao",
    "IT": "Milano|Torino|Reggio Emilia|Bari|Padova|L'Aquila",
}
REGIONS: Final = {
    "US": "CA TX OH NY FL WA IL".split(),
    "GB": ["West Yorkshire", "Kent", "Norfolk", "Devon", "Fife"],
    "AU": "nsw vic qld wa sa act".split(),
    "FR": ["Rhône", "Loire-Atlantique", "Sarthe", "Nord", "Isère"],
    "DE": ["Bayern", "Sachsen", "Hessen", "Nordrhein-Westfalen"],
    "NL": ["Utrecht", "Gelderland", "Friesland", "Noord-Holland"],
    "ES": ["Sevilla", "Madrid", "Murcia", "Vizcaya"],
    "IT": "MI TO RE BA PD AQ".split(),
}
JOBS: Final = {
    "US": "Sales Manager|CEO|Account Executive|Software Engineer|Office Manager|VP Marketing",
    "GB": "Head of Finance|Solicitor|Buyer|Managing Director|HR Officer",
    "AU": "Director|Site Foreman|Accountant|Nurse",
    "FR": "Directeur commercial|Gérante|Responsable achats|Comptable|Ingénieur d'affaires",
    "DE": "Geschäftsführer|Einkäuferin|Leiter Vertrieb|Sachbearbeiter|Prokuristin",
    "NL": "Directeur|Inkoper|Hoofd financiën|Projectleider",
    "ES": "Gerente|Jefa de compras|Contable|Director técnico",
    "IT": "Amministratore|Responsabile acquisti|Ragioniera|Direttore tecnico",
}
TITLES: Final = {
    "US": ["Mr.", "Ms.", "Mrs.", "Dr."],
    "GB": ["Mr", "Mrs", "Miss", "Dr", "Rev"],
    "AU": ["Mr", "Ms"],
    "FR": ["M.", "Mme", "Monsieur", "Madame"],
    "DE": ["Herr", "Frau", "Herr Dr."],
    "NL": ["Dhr.", "Mevr.", "De heer", "Mevrouw"],
    "ES": ["Sr.", "Sra.", "D.", "Dña."],
    "IT": ["Sig.", "Sig.ra", "Dott.", "Dott.ssa"],
}
COUNTRIES: Final = {
    "US": ["United States", "Canada", "USA"],
    "GB": ["United Kingdom", "Ireland"],
    "AU": ["Australia", "New Zealand"],
    "FR": ["France", "Belgique", "Suisse"],
    "DE": ["Deutschland", "Österreich", "Schweiz"],
    "NL": ["Nederland", "België"],
    "ES": ["España", "Portugal"],
    "IT": ["Italia", "San Marino", "Svizzera"],
}
CODES: Final = {
    "US": ["US", "CA"],
    "GB": ["GB", "IE"],
    "AU": ["AU", "NZ"],
    "FR": ["FR", "BE", "CH"],
    "DE": ["DE", "AT", "CH"],
    "NL": ["NL", "BE"],
    "ES": ["ES", "PT"],
    "IT": ["IT", "CH"],
}
FLATS: Final = {
    "US": ["Apt 4B", "Suite 200", "Unit 7"],
    "GB": ["Flat 2", "The Old Barn", "Unit 5 Dale Park"],
    "AU": ["unit 3", "rowethorpe", "villa 12"],
    "FR": ["Bât. B", "Appt 12", "Résidence Les Pins", "2e étage"],
    "DE": ["Hinterhaus", "2. OG", "c/o Weber"],
    "NL": ["bis", "2e verdieping"],
    "ES": ["2º B", "Bajo izq.", "Esc. 3, 1º A"],
    "IT": ["Scala B", "Int. 4"],
}
SENTENCES: Final = {
    "US": "Call back next week|Met at the trade show|Prefers e-mail|Friend told me|VIP",
    "GB": "Allergic to nuts|Spoke to her in May|Friend of a friend|Search engine|Left a voicemail",
    "AU": "Rang twice|Away until March",
    "FR": "À rappeler lundi|Rencontrée au salon|Bouche à oreille|Un ami|Cliente fidèle",
    "DE": "Bitte zurückrufen|Zahlt immer pünktlich|Über Freunde|Messe 2023",
    "NL": "Graag terugbellen|Via een vriend|Trouwe klant",
    "ES": "Llamar por la tarde|Por un amigo|Cliente habitual",
    "IT": "Richiamare domani|Passaparola|Cliente storico",
}
