@echo off
rem Step 13 of 29: 18 values and 2 keys in the image's SOFTWARE hive.
rem import vendor.reg
reg add "HKLM\hvsbuild-SOFTWARE\Vendor" /ve /t REG_SZ /d "the default" /f
if not "%errorlevel%"=="0" exit /b %errorlevel%
reg add "HKLM\hvsbuild-SOFTWARE\Vendor" /v "Path" /t REG_SZ /d "\"C:\Program Files\Vendor\x.exe\" \"%%1\"" /f
if not "%errorlevel%"=="0" exit /b %errorlevel%
reg add "HKLM\hvsbuild-SOFTWARE\Vendor" /v "Q" /t REG_QWORD /d "1234605616436508552" /f
if not "%errorlevel%"=="0" exit /b %errorlevel%
reg add "HKLM\hvsbuild-SOFTWARE\Vendor" /v "Expand" /t REG_EXPAND_SZ /d "%%SystemRoot%%" /f
if not "%errorlevel%"=="0" exit /b %errorlevel%
reg add "HKLM\hvsbuild-SOFTWARE\Vendor" /v "Multi" /t REG_MULTI_SZ /d "one\0two" /f
if not "%errorlevel%"=="0" exit /b %errorlevel%
reg add "HKLM\hvsbuild-SOFTWARE\Vendor" /v "Empty list" /t REG_MULTI_SZ /d "" /f
if not "%errorlevel%"=="0" exit /b %errorlevel%
reg add "HKLM\hvsbuild-SOFTWARE\Vendor" /v "Two NULs" /t REG_MULTI_SZ /d "\0" /f
if not "%errorlevel%"=="0" exit /b %errorlevel%
reg add "HKLM\hvsbuild-SOFTWARE\Vendor" /v "Binary" /t REG_BINARY /d "deadbeef" /f
if not "%errorlevel%"=="0" exit /b %errorlevel%
reg add "HKLM\hvsbuild-SOFTWARE\Vendor" /v "No bytes" /t REG_BINARY /d "" /f
if not "%errorlevel%"=="0" exit /b %errorlevel%
reg add "HKLM\hvsbuild-SOFTWARE\Vendor" /v "None" /t REG_NONE /d "t" /f
if not "%errorlevel%"=="0" exit /b %errorlevel%
rem The number is 1; reg add stores its bytes in the other order, so they are given turned round.
reg add "HKLM\hvsbuild-SOFTWARE\Vendor" /v "Big" /t REG_DWORD_BIG_ENDIAN /d "16777216" /f
if not "%errorlevel%"=="0" exit /b %errorlevel%
rem The value Gone must not be there; where it is not, there is nothing to delete.
reg query "HKLM\hvsbuild-SOFTWARE\Vendor" /v "Gone" >nul 2>nul
if not "%errorlevel%"=="0" goto absent_12
reg delete "HKLM\hvsbuild-SOFTWARE\Vendor" /v "Gone" /f
if not "%errorlevel%"=="0" exit /b %errorlevel%
:absent_12
rem The key Vendor\Empty must be there; reg add makes it with an empty default value, which is deleted.
reg query "HKLM\hvsbuild-SOFTWARE\Vendor\Empty" >nul 2>nul
if "%errorlevel%"=="0" goto present_13
reg add "HKLM\hvsbuild-SOFTWARE\Vendor\Empty" /ve /f
if not "%errorlevel%"=="0" exit /b %errorlevel%
reg delete "HKLM\hvsbuild-SOFTWARE\Vendor\Empty" /ve /f
if not "%errorlevel%"=="0" exit /b %errorlevel%
:present_13
rem The key Rival must not be there, nor anything below it.
reg query "HKLM\hvsbuild-SOFTWARE\Rival" >nul 2>nul
if not "%errorlevel%"=="0" goto absent_14
reg delete "HKLM\hvsbuild-SOFTWARE\Rival" /f
if not "%errorlevel%"=="0" exit /b %errorlevel%
:absent_14
reg add "HKLM\hvsbuild-SOFTWARE\Classes\.vendor" /ve /t REG_SZ /d "Vendor.File" /f
if not "%errorlevel%"=="0" exit /b %errorlevel%
rem import old.reg
reg add "HKLM\hvsbuild-SOFTWARE\Older" /v "Text" /t REG_SZ /d "plain" /f
if not "%errorlevel%"=="0" exit /b %errorlevel%
reg add "HKLM\hvsbuild-SOFTWARE\Older" /v "List" /t REG_MULTI_SZ /d "a\0bc" /f
if not "%errorlevel%"=="0" exit /b %errorlevel%
reg add "HKLM\hvsbuild-SOFTWARE\Older" /v "Expand" /t REG_EXPAND_SZ /d "%%TEMP%%" /f
if not "%errorlevel%"=="0" exit /b %errorlevel%
reg add "HKLM\hvsbuild-SOFTWARE\Older" /v "N" /t REG_DWORD /d "7" /f
if not "%errorlevel%"=="0" exit /b %errorlevel%
rem the spec itself
reg add "HKLM\hvsbuild-SOFTWARE\Vendor" /v "D" /t REG_DWORD /d "7" /f
if not "%errorlevel%"=="0" exit /b %errorlevel%
exit /b 0
